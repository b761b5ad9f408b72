from dataclasses import replace
from typing import Any

import pytest

from sample_game.demo.chain_book import ChainBook, ServiceCost
from sample_game.demo.ledger import Ledger
from sample_game.demo.report import ModelScore, Report, Submissions, eth, percent

FORWARDER = "0x00000000000000000000000000000000000000F0"
#: The keys that readers of demo-report.json rely on.
KEYS = {
    "contributions": {
        *("submitted", "accepted", "mined", "settled", "refunded", "forfeited", "failed"),
    },
    "batches": None,
    "gas": {"add_per_contribution", "settle_per_contribution"},
    "wei": {
        *("tank_deposited", "tank_available", "tank_reserved", "open_stakes", "player_balances"),
        *("relayer_credited", "relayer_withdrawn", "relayer_spent_on_gas", "rewards_distributed"),
    },
    "books_balance": None,
    "reimbursed_from_rewards_percent": None,
    "reimbursed_total_percent": None,
    "model": {"contributions", "top1_on_held_out_clues", "top5_on_held_out_clues"},
    "seconds": None,
}


def make_ledger(**overrides: int) -> Ledger:
    """A ledger whose books balance: 70 + 10 + 5 + 3 in the Forwarder, 8 + 4 in the mechanism."""
    figures = {
        "block_number": 9,
        "tank_deposited_wei": 100,
        "tank_available_wei": 70,
        "tank_reserved_wei": 10,
        "player_balances_wei": 5,
        "relayer_credits_wei": 3,
        "relayer_withdrawn_wei": 7,
        "relayer_spent_on_gas_wei": 10,
        "open_stakes_wei": 8,
        "reward_pools_wei": 4,
        "claimable_wei": 0,
        "rewards_distributed_wei": 6,
        "fees_from_rewards_wei": 2,
        "forwarder_balance_wei": 88,
        "mechanism_balances_wei": 12,
    }
    return Ledger(**{**figures, **overrides})


def make_report(ledger: Ledger | None = None, withdrawals: int = 1, **submissions: int) -> Report:
    book = ChainBook(FORWARDER, next_block=10, batches=2, mined=4, refunded=3, forfeited=1)
    book.player_withdrawals = withdrawals
    book.costs["addBatch"] = ServiceCost(transactions=2, gas_used=161_003, spent_wei=6)
    book.costs["settle"] = ServiceCost(transactions=1, gas_used=40_000, spent_wei=4)
    counts = {"submitted": 6, "accepted": 5, "failed": 1, "unfinished": 0, **submissions}
    return Report(
        submissions=Submissions(**counts),
        book=book,
        ledger=ledger or make_ledger(),
        model=ModelScore(contributions=4, top1=0.5, top5=0.875),
        seconds=61.23,
    )


def shape(value: Any) -> Any:
    return {key: set(part) if isinstance(part, dict) else None for key, part in value.items()}


def test_report_has_exactly_the_promised_keys() -> None:
    assert shape(make_report().to_json()) == KEYS


def test_report_divides_whole_transactions_by_their_contributions() -> None:
    gas = make_report().to_json()["gas"]
    assert gas == {"add_per_contribution": 161_003 // 4, "settle_per_contribution": 10_000}


def test_reimbursement_counts_withdrawn_and_open_credits() -> None:
    figures = make_report().to_json()
    assert figures["wei"]["relayer_credited"] == 3 + 7
    assert figures["reimbursed_total_percent"] == 100.0
    assert figures["reimbursed_from_rewards_percent"] == 20.0


def test_whole_life_has_no_failures() -> None:
    assert make_report().failures() == []


@pytest.mark.parametrize("account", ["forwarder_balance_wei", "mechanism_balances_wei"])
@pytest.mark.parametrize("difference_wei", [-1, 1])
def test_one_wei_too_many_or_too_few_is_a_failure(account: str, difference_wei: int) -> None:
    balanced = make_ledger()
    ledger = replace(balanced, **{account: getattr(balanced, account) + difference_wei})
    report = make_report(ledger)
    assert report.to_json()["books_balance"] is False
    assert f"{difference_wei} wei beyond its books" in " ".join(report.failures())


def test_books_that_were_off_on_the_way_are_a_failure() -> None:
    report = replace(make_report(), unbalanced_blocks=(73,))
    assert report.to_json()["books_balance"] is False
    assert report.failures() == ["The books were off at the blocks [73]."]


def test_unfinished_contribution_is_a_failure() -> None:
    (sentence,) = make_report(unfinished=1).failures()
    assert "1 accepted contributions are neither settled nor failed" in sentence


def test_life_without_a_players_withdrawal_is_not_whole() -> None:
    assert make_report(withdrawals=0).failures() == ["No player withdrew anything."]


def test_life_in_which_players_earn_points_alone_needs_no_withdrawal_of_theirs() -> None:
    assert replace(make_report(withdrawals=0), pays_players=False).failures() == []


def test_validations_count_as_settling() -> None:
    report = make_report()
    report.book.costs["validate"] = ServiceCost(transactions=1, gas_used=8_000, spent_wei=1)
    assert report.to_json()["gas"]["settle_per_contribution"] == 12_000


def test_life_without_a_withdrawal_of_the_relayer_is_not_whole() -> None:
    report = make_report(make_ledger(relayer_withdrawn_wei=0))
    assert report.failures() == ["The relayer withdrew none of its credits."]


def test_settlement_that_only_the_relayer_knows_is_a_failure() -> None:
    (sentence,) = make_report(accepted=6).failures()
    assert "reports 5 settled contributions, the chain has 4" in sentence


def test_table_names_every_amount_in_wei() -> None:
    table = make_report(make_ledger(tank_deposited_wei=1_234_567)).table()
    for expected in ("1,234,567", "tank deposited", "relayer spent on gas", "100.00 %", "yes"):
        assert expected in table


def test_table_says_no_when_the_books_are_off() -> None:
    assert "NO" in make_report(make_ledger(forwarder_balance_wei=89)).table()


@pytest.mark.parametrize(
    ("amount_wei", "text"),
    [
        (0, "0.000000000"),
        (499_999_999, "0.000000000"),
        (500_000_000, "0.000000001"),
        (1_234_567_890_123_456_789_012, "1,234.567890123"),
    ],
)
def test_eth_rounds_to_gwei(amount_wei: int, text: str) -> None:
    assert eth(amount_wei) == text


@pytest.mark.parametrize(
    ("part", "whole", "share"), [(1, 3, 33.33), (2, 3, 66.67), (0, 0, 0.0), (11, 10, 110.0)]
)
def test_percent_rounds_to_two_decimals(part: int, whole: int, share: float) -> None:
    assert percent(part, whole) == share
