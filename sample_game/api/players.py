"""Where a player stands."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify

from sample_game.api.play import play, plays
from sample_game.api.problems import exclusion_json
from sample_game.errors import HouseError
from sample_game.rounds import checked_player

routes = Blueprint("hunch_players", __name__)


@routes.get("/players/<player>")
def standing(player: str) -> Response:
    """Tell a player's points: the game's own, and those on the record if the house answers.

    Whoever plays for a wallet stands where the wallet stands, with all keys that play for it.
    """
    player, table = checked_player(player), play()
    delegations, now = table.rounds.store.delegations, int(table.rounds.clock.now())
    owner = delegations.owner(player, now)
    try:
        record = _record(player, delegations.keys_of(owner, now))
    except HouseError:
        record = None
    excluded = table.rounds.store.exclusions.of(player, table.rounds.clock.now())
    return jsonify(
        {
            "score": delegations.score(owner),
            "record": record,
            "wallet": owner if owner != player else None,
            "excluded": exclusion_json(excluded) if excluded else None,
        }
    )


def _record(player: str, keys: list[str]) -> dict[str, Any]:
    """The points of all keys in all decks, and the number that this one signs with next."""
    table = play()
    record = table.house.standing(player)
    table.bans.remember(player, record.pop("ban"))
    others = [table.house.standing(key)["points"] for key in keys if key != player]
    return {**record, "points": sum(map(_in_all_decks, [record["points"], *others]))}


def _in_all_decks(points: Mapping[str, int]) -> int:
    """Of the points by trainer, the sum of those that this game's machines gave."""
    own = {table.house.trainer_address() for table in plays().tables.values()}
    return sum(points[trainer] for trainer in points.keys() & own)
