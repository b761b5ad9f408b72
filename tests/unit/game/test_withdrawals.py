"""Rewards: what is told before signing, and what is handed to the house."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from eth_account import Account

from relayer.client.signing import sign
from sample_game.house import House
from tests.stand_in_relayer import FORWARDER, TRAINER, WITHDRAWAL_FEE_GWEI
from tests.unit.game.conftest import Player, Table

ETHER = 10**18


def signed_withdrawal(table: Table, player: Player, **overrides: Any) -> dict[str, Any]:
    terms = table.game.get("/api/setup").get_json()
    message = {
        "player": player.address,
        "to": Account.create().address,
        "amountWei": str(ETHER // 4),
        "nonce": 0,
        "deadline": terms["now"] + terms["deadline_s"],
        "maxFeeGwei": 2 * WITHDRAWAL_FEE_GWEI,
    } | overrides
    signed = sign(player.account, terms["eip712"], "Withdrawal", message)
    return {"id": signed.id, **signed.as_json()}


def test_a_purse_tells_what_there_is_what_it_costs_and_where_it_cannot_go(table: Table) -> None:
    table.stand_in.balance_wei = ETHER
    purse = table.game.get(f"/api/purses/{table.player().address}").get_json()
    assert purse == {
        "available_wei": str(ETHER),
        "expected_fee_gwei": WITHDRAWAL_FEE_GWEI,
        "suggested_max_fee_gwei": 2 * WITHDRAWAL_FEE_GWEI,
        "contracts": sorted([FORWARDER, TRAINER]),
    }


def test_a_signed_withdrawal_is_handed_to_the_house_and_followed(table: Table) -> None:
    request = signed_withdrawal(table, table.player())
    answer = table.game.post("/api/withdrawals", json=request)
    assert answer.status_code == 202
    shown = answer.get_json()["withdrawal"]
    assert (shown["id"], shown["status"]) == (request["id"], "queued")
    table.stand_in.withdrawals[shown["id"]]["status"] = "confirmed"
    later = table.game.get(f"/api/withdrawals/{shown['id']}").get_json()
    assert later["withdrawal"]["status"] == "confirmed"


@pytest.mark.parametrize(
    "receiver",
    ["0x" + "0" * 40, "0x" + "0" * 39 + "9", "0x" + "0" * 36 + "dEaD", FORWARDER, TRAINER],
)
def test_no_money_goes_where_nobody_can_take_it_out(table: Table, receiver: str) -> None:
    request = signed_withdrawal(table, table.player(), to=receiver)
    answer = table.game.post("/api/withdrawals", json=request)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "receiver-refused")
    assert table.stand_in.withdrawals == {}


def test_what_the_house_refuses_is_passed_on_with_its_code(table: Table) -> None:
    table.stand_in.refuses_with = "balance-too-low"
    table.stand_in.refusal_status, table.stand_in.refusal_is_retryable = 422, False
    answer = table.game.post("/api/withdrawals", json=signed_withdrawal(table, table.player()))
    assert (answer.status_code, answer.get_json()["code"]) == (422, "balance-too-low")


def test_a_withdrawal_that_is_none_is_refused_for_good(table: Table) -> None:
    request = signed_withdrawal(table, table.player())
    garbages: list[object] = [None, [], {}, "x", -1]
    for part, garbage in product(request["message"], garbages):
        message = {**request["message"], part: garbage}
        answer = table.game.post("/api/withdrawals", json={**request, "message": message})
        assert 400 <= answer.status_code < 500, (part, garbage)
        assert answer.mimetype == "application/problem+json"
        assert answer.get_json()["retryable"] is False
    assert table.stand_in.withdrawals == {}


def test_a_withdrawal_that_nobody_knows_is_not_found(table: Table) -> None:
    answer = table.game.get(f"/api/withdrawals/0x{'1' * 64}")
    assert (answer.status_code, answer.get_json()["code"]) == (404, "not-found")


@pytest.mark.parametrize(
    "text", ["..", "%3Fwait=60", f"0x{'1' * 64}%3Fwait=60", f"0x{'1' * 64}%23"]
)
def test_only_an_id_is_asked_for(table: Table, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    asked: list[object] = []
    monkeypatch.setattr(House, "ask", lambda _, question: asked.append(question))
    answer = table.game.get(f"/api/withdrawals/{text}")
    assert (answer.status_code, answer.get_json()["code"]) == (404, "not-found")
    assert asked == []
