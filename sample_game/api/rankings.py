"""Rankings, with the place of who asks."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from sample_game.api.play import plays
from sample_game.errors import MalformedRequest
from sample_game.rankings import PERIODS, Placed
from sample_game.rounds import checked_player

routes = Blueprint("hunch_rankings", __name__)


@routes.get("/rankings/<period>")
def ranking(period: str) -> Response:
    """Tell who has earned most in a `day`, a `week` or in `all`, and where `?player=` stands."""
    if period not in PERIODS:
        raise MalformedRequest(f"There are rankings of {', '.join(PERIODS)}. Reload the page.")
    player = checked_player(request.args.get("player", ""))
    found = plays().rankings.of(period, player)
    return jsonify(
        {
            "period": period,
            "rows": [_row(placed, found.own) for placed in found.first],
            "own": None if found.own is None else _row(found.own, found.own),
            "players": found.players,
            "ends_at": found.ends_at,
        }
    )


def _row(placed: Placed, own: Placed | None) -> dict[str, Any]:
    return {
        "place": placed.place,
        "name": placed.name,
        "points": placed.points,
        "is_you": own is not None and placed.owner == own.owner,
    }
