"""Who does not count: bans of the house and suspensions of the game."""

from __future__ import annotations

from sample_game.fair_play.upkeep import Upkeep
from sample_game.store import Exclusion
from tests.unit.game.conftest import Player, Table

CLUES = ["glade", "hermit", "quartz"]
BAN = {"reason": "sent noise", "expires_at": 1_700_003_600}


def ranked(table: Table) -> dict[str, int]:
    """Everybody's points as rankings see them."""
    return {score.owner: score.points for score in table.store.rankings.scores(since_at=0)}


def with_a_point(table: Table) -> Player:
    player = table.player()
    assert player.give(player.signed_clues(player.start("clue"), CLUES)).status_code == 202
    return player


def excluded(table: Table, player: Player) -> object:
    return table.game.get(f"/api/players/{player.address}").get_json()["excluded"]


def upkeep(table: Table) -> Upkeep:
    return Upkeep(table.store, table.plays.of_deck(None).bans, table.clock)


def test_the_suspended_keep_their_points_but_do_not_count_until_it_ends(table: Table) -> None:
    honest, suspended = with_a_point(table), with_a_point(table)
    until_at = table.clock.now() + 60
    table.store.exclusions.put(
        Exclusion(suspended.address, "game", "farming", table.clock.now(), until_at)
    )
    assert ranked(table) == {honest.address: 1}
    assert suspended.score() == 1
    assert excluded(table, suspended) == {"by": "game", "reason": "farming", "until": until_at}
    table.clock.advance(61)
    upkeep(table).turn()
    assert ranked(table) == {honest.address: 1, suspended.address: 1}
    assert excluded(table, suspended) is None


def test_a_ban_of_the_house_is_told_with_reason_and_end_and_leaves_the_rankings(
    table: Table,
) -> None:
    player = with_a_point(table)
    table.stand_in.refuses_with, table.stand_in.refusal_status = "banned", 403
    table.stand_in.refusal_is_retryable = False
    table.stand_in.refusal_facts = {"reason": "sent noise", "until_at": 1_700_003_600}
    refused = player.give(player.signed_clues(player.start("clue"), CLUES))
    assert (refused.status_code, refused.get_json()["code"]) == (403, "banned")
    assert refused.get_json()["reason"] == "sent noise"
    assert ranked(table) == {}
    table.stand_in.bans[player.address] = BAN
    told = {"by": "house", "reason": "sent noise", "until": 1_700_003_600}
    assert excluded(table, player) == told


def test_a_lifted_ban_is_noticed_though_the_player_does_nothing(table: Table) -> None:
    player = with_a_point(table)
    table.stand_in.bans[player.address] = {**BAN, "expires_at": None}
    assert excluded(table, player) is not None
    table.stand_in.bans.clear()
    upkeep(table).turn()
    assert ranked(table) == {player.address: 1}


def test_the_house_s_ban_and_the_game_s_suspension_end_each_by_itself(table: Table) -> None:
    player = with_a_point(table)
    exclusions, now = table.store.exclusions, table.clock.now()
    exclusions.put(Exclusion(player.address, "game", "farming", now, None))
    exclusions.put(Exclusion(player.address, "house", "sent noise", now, now + 60))
    exclusions.expire(now + 61)
    assert ranked(table) == {}
    assert exclusions.lift(player.address, "game")
    assert ranked(table) == {player.address: 1}
    assert not exclusions.lift(player.address, "game")
