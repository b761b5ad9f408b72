"""Rounds are issued here; what is played in them has routes of its own."""

from typing import Any

from flask import Blueprint, Response, jsonify

from sample_game.api.bodies import json_body, text_in
from sample_game.api.play import play
from sample_game.api.proven import proven_player
from sample_game.errors import MalformedRequest
from sample_game.rounds import IssuedRound

routes = Blueprint("hunch_rounds", __name__)


@routes.post("/rounds")
def start_round() -> tuple[Response, int]:
    """Issue a round of a deck; without its name, of the first one. For `proof` see `proven`."""
    body = json_body()
    kind, player = text_in(body, "kind"), proven_player(body)
    table = play(text_in(body, "deck") if "deck" in body else None)
    if kind == "clue":
        return jsonify(_clue_round(table.clues.start(player))), 201
    if kind == "guess":
        return jsonify(guess_round(table.rounds.start_guess_round(player))), 201
    raise MalformedRequest("kind is 'clue' or 'guess'.")


def _clue_round(issued: IssuedRound) -> dict[str, Any]:
    word = play(issued.round.deck).rounds.word(issued.round)
    facts = {"word": word, "label": issued.round.label, "taboo": issued.round.taboo}
    return {**_round(issued), **facts}


def guess_round(issued: IssuedRound) -> dict[str, Any]:
    """Return what the page may know of a guess round before it is over."""
    found = issued.round
    return {
        **_round(issued),
        "clues": found.clues[: found.clues_seen],
        "clue_count": len(found.clues),
        "given_by": "house" if found.clue_set_id is None else "player",
    }


def _round(issued: IssuedRound) -> dict[str, Any]:
    return {
        "token": issued.token,
        "kind": issued.round.kind,
        "deck": issued.round.deck,
        "expires_at": issued.round.expires_at,
    }
