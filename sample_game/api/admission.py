"""Lets requests in at a human pace; one hook for all routes, so that none is forgotten."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from flask import Flask, Response, g, request

from sample_game.api.play import plays
from sample_game.errors import PlayProblem, TooFast
from sample_game.fair_play.limits import RateLimits
from sample_game.fair_play.networks import Networks
from sample_game.fair_play.sightings import Sightings
from sample_game.rounds import checked_player

#: The limit that a route counts in; whatever else changes something counts as `others`.
_ACTIONS: Final = {
    "/rounds": "rounds",
    "/daily/plays": "rounds",
    "/duels": "rounds",
    "/guesses": "guesses",
    "/clue-checks": "clue-checks",
    "/clues": "clues",
    "/validations": "validations",
}
#: Whoever is answered with 202 here has signed what was sent, and the house has looked.
_SIGNED: Final = "/clues"
#: The house itself; its messages are signed.
_UNLIMITED: Final = "/house-news"


def admit_requests(
    app: Flask, prefix: str, limits: RateLimits, networks: Networks, sightings: Sightings
) -> None:
    """Count every request below a prefix, and refuse those that come too fast."""

    @app.before_request
    def admit() -> None:
        if not request.path.startswith(f"{prefix}/"):
            return
        path = request.path.removeprefix(prefix)
        if path == _UNLIMITED:
            return
        network = networks.tag(request.remote_addr, request.headers.get("X-Forwarded-For"))
        if request.method in ("GET", "HEAD", "OPTIONS"):
            limits.take("reads", network, None)
            return
        body = request.get_json(silent=True)
        player = _player_in(body) if isinstance(body, dict) else None
        try:
            limits.take(_ACTIONS.get(path, "others"), network, player)
        except TooFast:
            if player is not None:
                sightings.held_back(player, network)
            raise
        if player is not None:
            g.hunch_named = (player, network)

    @app.after_request
    def note(response: Response) -> Response:
        if response.status_code < HTTPStatus.BAD_REQUEST:
            _note(sightings, response.status_code, is_signed=request.path == prefix + _SIGNED)
        return response


def _note(sightings: Sightings, status: int, *, is_signed: bool) -> None:
    """Note where a player was; what names one succeeds only with its proof, or with its token."""
    named: tuple[str, str] | None = g.get("hunch_named")
    if named:
        sightings.seen(*named)
        if is_signed and status == HTTPStatus.ACCEPTED:
            sightings.signed(*named)


def _player_in(body: Mapping[str, Any]) -> str | None:
    """Who asks: the owner of the round, or the player that the body names."""
    token, player = body.get("token"), body.get("player")
    if isinstance(token, str):
        try:
            return plays().round_of(token).player
        except PlayProblem:
            return None
    try:
        return checked_player(player) if isinstance(player, str) else None
    except PlayProblem:
        return None
