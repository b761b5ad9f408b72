"""What is put away after a while, and that nobody loses a point, a streak or a place by it."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import pytest

from relayer.clock import ManualClock
from sample_game.retention import Retention
from sample_game.store import GameStore
from sample_game.store.delegations import StoredDelegation
from tests.unit.game.conftest import Player, Table
from tests.unit.game.puzzling import give_up, play_to_the_end, start_until
from tests.unit.game.test_duels import finish, start_duel

DAY_S = 86_400
KEEP_DAYS = 90
CLUES = ["glade", "hermit", "quartz"]


def pass_days(table: Table, days: int) -> None:
    """Let days go by, and the background do its work."""
    table.clock.advance(days * DAY_S)
    Retention(table.store, KEEP_DAYS, table.clock).turn()


def count(store: GameStore, name: str) -> int:
    with store.transaction() as connection:
        return int(connection.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0])  # noqa: S608


def understood(table: Table) -> tuple[Player, Player, dict[str, Any]]:
    """Clues that one player gave and another one understood; returns both, and the round."""
    author = table.player()
    dealt = author.start("clue")
    assert author.give(author.signed_clues(dealt, CLUES)).status_code == 202
    reader, round_ = start_until(table, "guess", lambda round_: round_["clues"] == CLUES[:1])
    assert reader.guess(round_, dealt["word"]).get_json()["outcome"] == "right"
    return author, reader, round_


def facts_of(table: Table, player: Player) -> dict[str, Any]:
    """Where a player stands, on its own and among others."""
    standing = table.game.get(f"/api/players/{player.address}").get_json()
    ranking = table.game.get(f"/api/rankings/all?player={player.address}").get_json()
    best = standing["streak"]["best"]
    return {"score": standing["score"], "best": best, "own": ranking["own"]}


def test_rounds_and_guesses_go_and_standings_streaks_and_clues_stay(table: Table) -> None:
    regular = table.player()
    play_to_the_end(regular, regular.daily)
    table.clock.advance(DAY_S)
    play_to_the_end(regular, regular.daily)
    author, reader, _ = understood(table)
    players = (author, reader, regular)
    before = [facts_of(table, player) for player in players]
    assert [(facts["score"], facts["best"]) for facts in before] == [(3, 0), (3, 0), (50, 2)]
    pass_days(table, KEEP_DAYS + 2)
    assert {name: count(table.store, name) for name in ("rounds", "guesses")} == {
        "rounds": 0,
        "guesses": 0,
    }
    assert count(table.store, "points") == 4, "one row for each player and reason"
    assert count(table.store, "clue_sets") == count(table.store, "validations") == 1
    assert [facts_of(table, player) for player in players] == before
    pass_days(table, 1)
    assert [facts_of(table, player) for player in players] == before, "every time"


def test_nothing_goes_before_its_time(table: Table) -> None:
    understood(table)
    rows = {name: count(table.store, name) for name in ("rounds", "guesses", "points")}
    pass_days(table, KEEP_DAYS - 1)
    assert {name: count(table.store, name) for name in rows} == rows


def test_a_round_that_was_put_away_is_forgotten_and_brings_nothing_again(table: Table) -> None:
    author, reader, round_ = understood(table)
    scores = (author.score(), reader.score())
    pass_days(table, KEEP_DAYS + 1)
    assert reader.guess(round_, "moon").get_json()["code"] == "round-not-found"
    others = table.game.post("/api/others", json={"token": round_["token"]})
    assert others.get_json()["code"] == "round-not-found"
    assert (author.score(), reader.score()) == scores


def test_clues_of_which_nobody_knows_who_has_seen_them_are_not_dealt(table: Table) -> None:
    author, reader, _ = understood(table)
    fresh = table.player()
    table.clock.advance((KEEP_DAYS - 1) * DAY_S)
    assert table.player().start("guess")["given_by"] == "player"
    pass_days(table, 2)
    assert count(table.store, "rounds") == 1
    for player in (reader, fresh, author):
        assert player.start("guess")["given_by"] == "house"


def test_results_of_a_duel_stay_as_long_after_its_end(table: Table) -> None:
    starter, friend = table.player(), table.player()
    code = start_duel(starter)
    finish(starter, code)
    finish(friend, code, wrong_guesses=1)
    shown = starter.duel(code).get_json()["table"]
    pass_days(table, KEEP_DAYS + 13)
    assert starter.duel(code).get_json()["table"] == shown, "with the points of each word"
    pass_days(table, 2)
    pass_days(table, 1)
    assert starter.duel(code).get_json()["code"] == "puzzle-not-found"
    assert (starter.score(), friend.score()) == (25, 20)


def test_who_has_read_clues_is_forgotten_with_them(table: Table) -> None:
    _, reader, _ = understood(table)
    other = table.player()
    give_up(other, other.start("guess"))
    table.store.shown.note(reader.address, [1], int(table.clock.now()))
    pass_days(table, KEEP_DAYS - 1)
    assert count(table.store, "shown_clue_sets") == 1
    pass_days(table, 2)
    assert count(table.store, "shown_clue_sets") == 0


@pytest.mark.parametrize("later", ["nothing", "delegates", "revokes"])
def test_points_count_for_the_same_wallets_before_and_after(tmp_path: Path, later: str) -> None:
    store, clock = GameStore(tmp_path / "hunch.db"), ManualClock()
    began_at = int(clock.now())
    for number, (key, day) in enumerate(product(("0xk1", "0xk2"), range(0, 60, 3))):
        store.points.award(key, "right-guess", f"r{number}", number + 1, began_at + day * DAY_S)
    for number, (key, first, last) in enumerate(
        (("0xk1", 5, 20), ("0xk1", 30, 200), ("0xk2", 10, 11))
    ):
        times = (began_at + first * DAY_S, began_at + last * DAY_S)
        store.delegations.add(
            StoredDelegation(f"d{number}", f"0xw{number}", key, 9, 0, *times, None, times[1])
        )
    clock.advance((KEEP_DAYS + 50) * DAY_S)
    owners = ("0xk1", "0xk2", "0xw0", "0xw1", "0xw2")
    plain = {owner: store.delegations.score(owner) for owner in owners}
    Retention(store, KEEP_DAYS, clock).turn()
    assert count(store, "points") < 40
    assert {owner: store.delegations.score(owner) for owner in owners} == plain
    now = int(clock.now())
    if later == "delegates":  # what counted for nobody counts for the wallet from now on
        new = StoredDelegation("d9", "0xw9", "0xk2", 9, 0, now, now + DAY_S, None, now + DAY_S)
        store.delegations.add(new)
        assert store.delegations.score("0xw9") == plain["0xk2"]
    if later == "revokes":
        store.delegations.revoke("d1", now)
        assert {owner: store.delegations.score(owner) for owner in owners} == plain
    store.close()
