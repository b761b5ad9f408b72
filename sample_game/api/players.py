"""Where a player stands."""

from collections.abc import Mapping
from typing import Any, TypeVar

from flask import Blueprint, Response, jsonify

from sample_game.api.play import play, plays
from sample_game.api.problems import exclusion_json
from sample_game.errors import HouseError
from sample_game.rounds import checked_player

routes = Blueprint("hunch_players", __name__)

Value = TypeVar("Value")


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
            "streak": vars(table.daily.streak(player)),
            "wallet": owner if owner != player else None,
            "excluded": exclusion_json(excluded) if excluded else None,
        }
    )


def _record(player: str, keys: list[str]) -> dict[str, Any]:
    """What all keys have in all decks, and the number that this one signs with next.

    `badges` is null where this game's machines give none.
    """
    table = play()
    record = table.house.standing(player)
    table.bans.remember(player, record.pop("ban"))
    all_keys = [record, *(table.house.standing(key) for key in keys if key != player)]
    badges = [slugs for each in all_keys for slugs in _in_all_decks(each["badges"])]
    return {
        **record,
        "points": sum(sum(_in_all_decks(each["points"])) for each in all_keys),
        "badges": sorted(set().union(*badges)) if badges else None,
    }


def _in_all_decks(by_trainer: Mapping[str, Value]) -> list[Value]:
    """Of what there is by trainer, that of this game's machines."""
    own = {table.house.trainer_address() for table in plays().tables.values()}
    return [by_trainer[trainer] for trainer in by_trainer.keys() & own]
