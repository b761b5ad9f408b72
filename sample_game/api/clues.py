"""Clues: judged while they are typed, and taken when they are signed."""

from flask import Blueprint, Response, jsonify

from sample_game.api.bodies import json_body, signed_in, text_in, texts_in
from sample_game.api.play import play_of
from sample_game.clue_rounds import SignedClues

routes = Blueprint("hunch_clues", __name__)


@routes.post("/clue-checks")
def check_clue() -> Response:
    """Tell at once whether a clue would be taken."""
    body = json_body()
    token, clue = text_in(body, "token"), text_in(body, "clue")
    refusal = play_of(token).clues.check(token, clue, texts_in(body, "others"))
    if refusal is None:
        return jsonify({"fine": True})
    return jsonify({"fine": False, "reason": refusal.reason, "detail": refusal.detail})


@routes.post("/clues")
def give_clues() -> tuple[Response, int]:
    """Take signed clues and hand them to the house."""
    body = json_body()
    given = signed_in(body)
    signed = SignedClues(given.id, given.message, given.signature, given.chain_id)
    token = text_in(body, "token")
    result = play_of(token).clues.submit(token, texts_in(body, "clues"), signed)
    return jsonify({"contribution": result.contribution, "points": result.points}), 202
