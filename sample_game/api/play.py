"""What the routes work with."""

from typing import Final, cast

from flask import current_app

from sample_game.clue_rounds import ClueRounds
from sample_game.confirmations import Confirmations
from sample_game.guess_rounds import GuessRounds
from sample_game.house import House
from sample_game.rounds import Rounds

EXTENSION: Final = "hunch"


class Play:
    """What the routes work with; one for each app."""

    def __init__(self, rounds: Rounds, house: House):
        self.rounds = rounds
        self.house = house
        self.guesses = GuessRounds(rounds)
        self.clues = ClueRounds(rounds, house)
        self.confirmations = Confirmations(rounds, house)


def play() -> Play:
    """Return what this app works with."""
    return cast(Play, current_app.extensions[EXTENSION])
