"""Fees and budgets by hand."""

from __future__ import annotations

import pytest

from relayer.intake.fees import (
    budget_gwei,
    expected_price_wei,
    quote_gwei,
    quote_wei,
    reservation_gwei,
)
from relayer.store.chain_state import FeeSchedule, HeadSnapshot
from tests.house import GWEI, make_tank, make_trainer_snapshot

SCHEDULE = FeeSchedule(1_000, 10, 500, 5, 800, 400)


def head(base_fee_wei: int) -> HeadSnapshot:
    return HeadSnapshot(31337, 7, "0x", 0, base_fee_wei)


@pytest.mark.parametrize(
    ("base_fee_wei", "price_wei"),
    [
        (4 * GWEI, 7 * GWEI),  # 4 * 5/4 + tip cap 2
        (1, 1 + 2 * GWEI),  # 5/4 of 1 wei, rounded down
        (400 * GWEI, 50 * GWEI),  # the sponsor's price cap
    ],
)
def test_the_expected_price_is_what_the_sponsor_will_refund(
    base_fee_wei: int, price_wei: int
) -> None:
    assert expected_price_wei(head(base_fee_wei), make_tank()) == price_wei


def test_a_quote_adds_both_stages_at_their_prices() -> None:
    # (1,000 + 10 * 6) * 3 + (500 + 5 * 6) * 7
    assert quote_wei(SCHEDULE, 6, add_price_wei=3, settle_price_wei=7) == 3_180 + 3_710


def test_a_quote_in_gwei_is_rounded_up() -> None:
    assert quote_gwei(SCHEDULE, 0, add_price_wei=1, settle_price_wei=0) == 1
    assert quote_gwei(SCHEDULE, 0, add_price_wei=GWEI, settle_price_wei=0) == 1_000


def test_a_reservation_covers_stake_fees_overheads_and_new_words() -> None:
    trainer = make_trainer_snapshot(schedule=SCHEDULE, stake_wei=9 * GWEI)
    # add: 1,060 + 800 / 8 + 1 + (5 + 3) * 17,100; settle: 530 + 400 / 8 + 1 + 17,100
    assert reservation_gwei(trainer, 6, add_price_wei=GWEI, settle_price_wei=2 * GWEI) == (
        9 + 1_060 + 100 + 1 + 136_800 + 2 * (530 + 50 + 1 + 17_100)
    )


@pytest.mark.parametrize(
    ("tank", "left_gwei"),
    [
        ({"available_wei": 5 * GWEI}, 5),
        ({"available_wei": 5 * GWEI - 1}, 4),
        ({"daily_limit_wei": 3 * GWEI}, 3),
        ({"daily_limit_wei": 3 * GWEI, "spent_today_wei": 2 * GWEI, "day": 10}, 1),
        ({"daily_limit_wei": 3 * GWEI, "spent_today_wei": 2 * GWEI, "day": 9}, 3),
        ({"daily_limit_wei": 3 * GWEI, "spent_today_wei": 4 * GWEI, "day": 10}, 0),
        ({"daily_limit_wei": 0}, 0),
    ],
)
def test_the_budget_is_the_tank_within_the_limit_of_the_day(
    tank: dict[str, int], left_gwei: int
) -> None:
    assert budget_gwei(make_tank(**tank), now=10 * 86_400 + 5) == left_gwei
