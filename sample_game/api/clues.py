"""Clues: judged while they are typed, and taken when they are signed."""

from flask import Blueprint, Response, jsonify

from sample_game.api.bodies import json_body, signed_in, text_in, texts_in
from sample_game.api.contributions import contribution_json
from sample_game.api.play import play_of

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
    token, clues = text_in(body, "token"), texts_in(body, "clues")
    result = play_of(token).clues.submit(token, clues, signed_in(body))
    contribution = contribution_json(result.contribution)
    return jsonify({"contribution": contribution, "points": result.points}), 202
