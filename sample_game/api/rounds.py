"""Rounds are issued here; what is played in them has routes of its own."""

from typing import Any

from flask import Blueprint, Response, jsonify

from sample_game.api.bodies import json_body, text_in
from sample_game.api.play import play
from sample_game.errors import MalformedRequest
from sample_game.rounds import IssuedRound

routes = Blueprint("hunch_rounds", __name__)


@routes.post("/rounds")
def start_round() -> tuple[Response, int]:
    """Issue a round."""
    body = json_body()
    kind, player = text_in(body, "kind"), text_in(body, "player")
    if kind == "clue":
        return jsonify(_clue_round(play().rounds.start_clue_round(player))), 201
    if kind == "guess":
        return jsonify(_guess_round(play().rounds.start_guess_round(player))), 201
    raise MalformedRequest("kind is 'clue' or 'guess'.")


def _clue_round(issued: IssuedRound) -> dict[str, Any]:
    word = play().rounds.word(issued.round)
    return {**_round(issued), "word": word, "label": issued.round.label}


def _guess_round(issued: IssuedRound) -> dict[str, Any]:
    given_by = "player" if issued.round.clue_set_id is not None else "house"
    shown = issued.clues[: issued.round.clues_seen]
    facts = {"clues": shown, "clue_count": len(issued.clues), "given_by": given_by}
    return {**_round(issued), **facts}


def _round(issued: IssuedRound) -> dict[str, Any]:
    return {
        "token": issued.token,
        "kind": issued.round.kind,
        "expires_at": issued.round.expires_at,
    }
