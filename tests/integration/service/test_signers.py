"""Accounts without money: what readiness, intake and the command line say."""

from __future__ import annotations

import json

from click.testing import CliRunner

from relayer.cli import main
from relayer.store.chain_state import SignerSnapshot
from relayer.store.statuses import TransactionKind
from relayer.store.transactions import NewTransaction
from tests.house import House, assert_problem

RICH = SignerSnapshot("0x" + "11" * 20, 7, 10**18, allowed=True)
POOR = SignerSnapshot("0x" + "22" * 20, 7, 5, allowed=True, paused="0x22 holds 5 wei")


def note(house: House, *signers: SignerSnapshot) -> None:
    house.store.chain_state.write_signers(signers, house.clock.now())


def test_house_is_open_while_one_account_can_pay(house: House) -> None:
    note(house, POOR, RICH)
    assert house.http.get("/readyz").status_code == 200


def test_house_whose_accounts_are_all_poor_is_not_ready(house: House) -> None:
    note(house, POOR)
    problem = assert_problem(house.http.get("/readyz"), 503, "not-ready")
    assert problem["failing"] == ["signers"]
    assert problem["parts"]["signers"] == "0x22 holds 5 wei"
    assert "closed for a moment" in house.http.get("/status").get_data(as_text=True)


def test_nothing_is_accepted_that_nobody_can_pay_for(house: House) -> None:
    note(house, POOR)
    response = house.send(house.contribution())
    assert_problem(response, 503, "intake-paused")
    note(house, POOR, RICH)
    assert house.send(house.contribution()).status_code == 202


def test_signers_are_listed(house: House) -> None:
    note(house, POOR, RICH)
    arguments = ["signers", "list", "--database", str(house.store.path)]
    result = CliRunner().invoke(main, [*arguments, "--json"])
    assert result.exit_code == 0
    assert [row["paused"] for row in json.loads(result.output)] == ["0x22 holds 5 wei", None]
    note(house, POOR)
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1
    assert "5 wei, 0 under way, paused" in result.output


def test_transactions_under_way_are_listed_and_can_be_cancelled(house: House) -> None:
    note(house, RICH)
    house.store.signers.ensure(RICH.address, 7)
    with house.store.transaction():
        number = house.store.transactions.insert(
            NewTransaction(
                kind=TransactionKind.ADD,
                signer=RICH.address,
                nonce=house.store.signers.take_nonce(RICH.address),
                to_address=RICH.address,
                data=b"",
                gas_limit=21_000,
                created_at=0.0,
            )
        )
    database = ("--database", str(house.store.path))
    listed = CliRunner().invoke(main, ["signers", "list", *database]).output
    assert f"transaction {number}: add, nonce 7," in listed
    cancelled = CliRunner().invoke(main, ["cancel", str(number), *database])
    assert cancelled.exit_code == 0, cancelled.output
    assert "being cancelled" in CliRunner().invoke(main, ["signers", "list", *database]).output
    refused = CliRunner().invoke(main, ["cancel", "99", *database])
    assert (refused.exit_code, "There is no such transaction" in refused.output) == (1, True)
