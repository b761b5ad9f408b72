"""Where a player stands."""

from flask import Blueprint, Response, jsonify

from sample_game.api.play import play
from sample_game.api.problems import exclusion_json
from sample_game.errors import HouseError
from sample_game.rounds import checked_player

routes = Blueprint("hunch_players", __name__)


@routes.get("/players/<player>")
def standing(player: str) -> Response:
    """Tell a player's points: the game's own, and those on the record if the house answers."""
    player, table = checked_player(player), play()
    try:
        record = table.house.standing(player)
        table.bans.remember(player, record.pop("ban"))
    except HouseError:
        record = None
    excluded = table.rounds.store.exclusions.of(player, table.rounds.clock.now())
    return jsonify(
        {
            "score": table.rounds.store.points.score(player),
            "record": record,
            "excluded": exclusion_json(excluded) if excluded else None,
        }
    )
