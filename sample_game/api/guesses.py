"""Guesses in a guess round, and the signed validation of a right one."""

from flask import Blueprint, Response, jsonify

from sample_game.api.bodies import json_body, signed_in, text_in
from sample_game.api.play import play_of

routes = Blueprint("hunch_guesses", __name__)


@routes.post("/guesses")
def guess() -> Response:
    """Judge a guess; an empty one asks for the next clue; `give_up` ends the round."""
    body = json_body()
    token = text_in(body, "token")
    table = play_of(token)
    if body.get("give_up") is True:
        result = table.guesses.give_up(token)
    else:
        result = table.guesses.guess(token, text_in(body, "guess"))
    number = table.confirmations.number_for(token) if result.confirms_a_player else None
    return jsonify({**vars(result), "contribution_number": number})


@routes.post("/validations")
def validate() -> tuple[Response, int]:
    """Take the signed validation of a right guess and hand it to the house."""
    body = json_body()
    token = text_in(body, "token")
    validation = play_of(token).confirmations.submit(token, signed_in(body))
    return jsonify({"validation": validation}), 202
