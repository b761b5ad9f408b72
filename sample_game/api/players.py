"""Where a player stands."""

from flask import Blueprint, Response, jsonify

from sample_game.api.play import play
from sample_game.errors import HouseError
from sample_game.rounds import checked_player

routes = Blueprint("hunch_players", __name__)


@routes.get("/players/<player>")
def standing(player: str) -> Response:
    """Tell a player's points: the game's own, and those on the record if the house answers."""
    player = checked_player(player)
    try:
        record = play().house.standing(player)
    except HouseError:
        record = None
    return jsonify({"score": play().rounds.store.points.score(player), "record": record})
