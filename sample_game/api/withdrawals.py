"""A player's rewards: how much there is, sending it, and what became of that."""

from flask import Blueprint, Response, jsonify

from sample_game.api.bodies import json_body, signed_in
from sample_game.api.play import plays
from sample_game.rounds import checked_player

routes = Blueprint("hunch_withdrawals", __name__)


@routes.get("/purses/<player>")
def purse(player: str) -> Response:
    """Tell what a player may withdraw, and what the house keeps for sending it."""
    return jsonify(plays().rewards.purse(checked_player(player)))


@routes.post("/withdrawals")
def withdraw() -> tuple[Response, int]:
    """Take a signed withdrawal and hand it to the house."""
    return jsonify({"withdrawal": plays().rewards.withdraw(signed_in(json_body()))}), 202


@routes.get("/withdrawals/<withdrawal_id>")
def withdrawal(withdrawal_id: str) -> Response:
    """Tell what became of a withdrawal."""
    return jsonify({"withdrawal": plays().rewards.withdrawal(withdrawal_id)})
