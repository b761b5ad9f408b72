"""Who stands where: places, ties, days and weeks, and who does not count."""

from __future__ import annotations

from typing import Any

import pytest

from sample_game.rankings import LASTS_S, SHOWN, bounds_of, placed_by_points
from sample_game.store import Exclusion
from sample_game.store.rankings import Score
from tests.stand_in_relayer import trainer_of
from tests.unit.game.conftest import Player, Table
from tests.unit.game.test_delegations import Asking
from tests.wallets import Wallet

#: 2027-01-06, a Wednesday, and the Monday before.
WEDNESDAY = 20_824 * 86_400
MONDAY = WEDNESDAY - 2 * 86_400


def award(table: Table, player: Player, points: int, at: float | None = None) -> None:
    now = int(table.clock.now() if at is None else at)
    round_id = f"{player.address} at {now}"
    table.store.points.award(player.address, "right-guess", round_id, points, now)


def ranking(table: Table, period: str, player: Player) -> dict[str, Any]:
    table.clock.advance(LASTS_S)
    answer = table.game.get(f"/api/rankings/{period}?player={player.address}")
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


def test_equal_points_share_a_place_and_leave_the_next_one_out() -> None:
    scores = [Score("a", 9), Score("b", 5), Score("c", 5), Score("d", 1)]
    assert [placed.place for placed in placed_by_points(scores)] == [1, 2, 2, 4]


@pytest.mark.parametrize("into_the_day_s", [0, 1, 86_399])
def test_weeks_begin_on_monday_and_days_at_midnight(into_the_day_s: int) -> None:
    now = WEDNESDAY + into_the_day_s
    assert bounds_of("day", now) == (WEDNESDAY, WEDNESDAY + 86_400)
    assert bounds_of("week", now) == (MONDAY, MONDAY + 7 * 86_400)
    assert bounds_of("all", now) == (0, None)
    assert bounds_of("week", MONDAY)[0] == MONDAY
    assert bounds_of("week", MONDAY - 1)[1] == MONDAY


def test_a_ranking_counts_what_was_earned_in_its_time(table: Table) -> None:
    early, late = table.player(), table.player()
    now = table.clock.now()
    today, week = bounds_of("day", now)[0], bounds_of("week", now)[0]
    award(table, early, 50, at=week - 1)
    award(table, early, 1, at=today)
    award(table, late, 4, at=today)
    assert [row["points"] for row in ranking(table, "day", early)["rows"]] == [4, 1]
    assert ranking(table, "all", early)["own"]["points"] == 51
    assert ranking(table, "week", late)["own"]["place"] == 1


def test_the_own_row_is_told_however_far_behind_it_is(table: Table) -> None:
    last = table.player()
    award(table, last, 1)
    for points in range(2, SHOWN + 5):
        award(table, table.player(), points)
    told = ranking(table, "all", last)
    assert len(told["rows"]) == SHOWN
    assert not any(row["is_you"] for row in told["rows"])
    assert told["own"]["place"] == told["players"] == SHOWN + 4
    assert told["own"]["is_you"]


def test_who_has_no_points_has_no_place(table: Table) -> None:
    award(table, table.player(), 3)
    told = ranking(table, "day", table.player())
    assert told["own"] is None
    assert told["players"] == 1


def test_who_is_suspended_or_banned_is_in_no_ranking(table: Table) -> None:
    cheat, honest = table.player(), table.player()
    award(table, cheat, 99)
    award(table, honest, 1)
    now = table.clock.now()
    table.store.exclusions.put(Exclusion(cheat.address, "game", "a program", now, None))
    told = ranking(table, "all", cheat)
    assert told["own"] is None
    assert [row["points"] for row in told["rows"]] == [1]


def test_neither_a_suspended_device_nor_a_suspended_wallet_counts(table: Table) -> None:
    wallet = Wallet()
    one, other = (Asking(table, table.player(), wallet) for _ in range(2))
    for asking, points in ((one, 3), (other, 4)):
        asking.delegate()
        award(table, asking.device, points)
    assert ranking(table, "all", one.device)["own"]["points"] == 7
    exclusions, now = table.store.exclusions, table.clock.now()
    exclusions.put(Exclusion(one.device.address, "game", "a program", now, None))
    assert ranking(table, "all", one.device)["own"]["points"] == 4
    exclusions.put(Exclusion(wallet.address.lower(), "game", "a program", now, None))
    assert ranking(table, "all", other.device)["rows"] == []


def test_names_tell_no_address(table: Table) -> None:
    player = table.player()
    award(table, player, 2)
    answer = table.game.get(f"/api/rankings/day?player={player.address}")
    assert player.address[2:] not in answer.text.lower()


@pytest.mark.parametrize("path", ["/api/rankings/year?player=0x" + "1" * 40, "/api/rankings/day"])
def test_what_cannot_be_asked_is_refused(table: Table, path: str) -> None:
    assert table.game.get(path).status_code == 400


def test_badges_of_all_decks_are_told_together(table: Table) -> None:
    player = table.player()
    path = f"/api/players/{player.address}"
    assert table.game.get(path).get_json()["record"]["badges"] is None, "nobody gives any"
    table.stand_in.decks = ("starter", "animals")
    own, other = map(trainer_of, table.stand_in.decks)
    table.clock.advance(60)
    table.stand_in.badges = {own: ["first-clue"], other: ["first-clue", "ten-validated"]}
    table.stand_in.badges["0x" + "9" * 40] = ["week-streak"]
    told = table.game.get(path).get_json()
    assert told["record"]["badges"] == ["first-clue", "ten-validated"]
    assert told["streak"]["days"] == 0
