"""The routes that the page calls, one module per subject. All errors are problem+json.

A module has a blueprint named `routes`; it takes what it works with from `play()`.
"""

from typing import Final

from flask import Flask

from sample_game.api import (
    clues,
    contributions,
    daily,
    decks,
    delegations,
    duels,
    guesses,
    others,
    players,
    rankings,
    ratings,
    rounds,
    setup,
    withdrawals,
)
from sample_game.api.admission import admit_requests
from sample_game.api.play import EXTENSION, Play, Plays
from sample_game.api.problems import answer_problems
from sample_game.fair_play.limits import RateLimits
from sample_game.fair_play.networks import Networks
from sample_game.fair_play.sightings import Sightings

__all__ = ["PREFIX", "Play", "Plays", "register"]

PREFIX: Final = "/api"

_SUBJECTS: Final = (
    *(setup, rounds, guesses, clues, contributions, players, daily, duels),
    *(decks, others, delegations, withdrawals, rankings, ratings),
)


def register(app: Flask, plays: Plays, limits: RateLimits, networks: Networks) -> None:
    """Give an app the routes of the game, each held to the limits."""
    app.extensions[EXTENSION] = plays
    for subject in _SUBJECTS:
        app.register_blueprint(subject.routes, url_prefix=PREFIX)
    rounds_ = plays.of_deck(None).rounds
    admit_requests(app, PREFIX, limits, networks, Sightings(rounds_.store, rounds_.clock))
    answer_problems(app, PREFIX)
