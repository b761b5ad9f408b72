"""Rounds are dealt to those alone who prove to be the player that they name."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.game.conftest import Table

DAY_S = 86_400
ROUTES = [("/api/rounds", {"kind": "guess"}), ("/api/rounds", {"kind": "clue"}), ("/api/duels", {})]


@pytest.mark.parametrize(("path", "facts"), ROUTES)
def test_a_stranger_starts_nothing_in_another_one_s_name(
    table: Table, path: str, facts: dict[str, Any]
) -> None:
    victim, thief = table.player(), table.player()
    today = victim.proven()["proof_day"]
    for stolen in (
        thief.proven(player=victim.address),  # signed with the thief's own key
        {**victim.proven(), "proof": victim.proof(f"rounds-{today - 1}")},
        {**victim.proven(), "proof": victim.proof(f"daily-{today}")},
        {**victim.proven(), "player": thief.address},
        {**victim.proven(), "proof": "0x" + "00" * 65},
    ):
        answer = table.game.post(path, json={**facts, **stolen})
        assert (answer.status_code, answer.get_json()["code"]) == (403, "not-your-key"), stolen
    bare = table.game.post(path, json={**facts, "player": victim.address})
    assert (bare.status_code, bare.get_json()["code"]) == (400, "malformed-request")
    assert table.store.paces.since(0) == [], "no round was dealt to anybody"
    assert table.game.post(path, json={**facts, **victim.proven()}).status_code == 201


@pytest.mark.parametrize("days_off", [-1, 1])
def test_a_device_whose_clock_is_a_day_off_plays(table: Table, days_off: int) -> None:
    player = table.player()
    day = player.proven()["proof_day"] + days_off
    assert player.start("guess", **player.proven(proof_day=day))["kind"] == "guess"


@pytest.mark.parametrize("days_off", [-2, 2, 10**30])
def test_an_old_proof_is_refused_with_the_day_to_sign_for(table: Table, days_off: int) -> None:
    player = table.player()
    today = player.proven()["proof_day"]
    body = {"kind": "guess", **player.proven(proof_day=today + days_off)}
    problem = table.game.post("/api/rounds", json=body).get_json()
    assert (problem["status"], problem["code"], problem["day"]) == (403, "proof-out-of-date", today)
    assert player.start("guess", **player.proven(proof_day=problem["day"]))


def test_a_proof_that_somebody_kept_is_worth_nothing_two_days_later(table: Table) -> None:
    kept = table.player().proven()
    table.clock.advance(2 * DAY_S)
    answer = table.game.post("/api/rounds", json={"kind": "guess", **kept})
    assert answer.get_json()["code"] == "proof-out-of-date"
