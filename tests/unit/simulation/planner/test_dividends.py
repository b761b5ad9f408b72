"""Rewards pay fees out of what was forfeited, and out of nothing else."""

from __future__ import annotations

import numpy as np

from simulation.planner.dividends import Dividends

STAKE_WEI = 10**15
PLAYERS = 50
HOURS = 200


def paid_wei(own_fee_wei: int, *, players: int = PLAYERS, forfeited: int = 3) -> int:
    dividends = Dividends(players, np.random.default_rng(1))
    return sum(dividends.settle(97, forfeited, own_fee_wei, STAKE_WEI) for _ in range(HOURS))


def test_fees_above_all_rewards_take_nearly_all_of_them_and_never_more() -> None:
    forfeited_wei = 3 * HOURS * STAKE_WEI
    paid = paid_wei(10**18)
    assert 0.95 * forfeited_wei < paid <= forfeited_wei


def test_fees_far_below_the_rewards_are_paid_in_full() -> None:
    fee_wei = STAKE_WEI // 10_000
    settled = 100 * HOURS
    assert 0.9 * settled * fee_wei < paid_wei(fee_wei) < 1.1 * settled * fee_wei


def test_where_nothing_is_forfeited_nothing_is_paid() -> None:
    assert paid_wei(10**14, forfeited=0) == 0


def test_forfeits_wait_for_the_first_points() -> None:
    dividends = Dividends(PLAYERS, np.random.default_rng(1))
    assert dividends.settle(0, 5, 10**18, STAKE_WEI) == 0
    dividends.settle(1_000, 0, 10**18, STAKE_WEI)
    paid = sum(dividends.settle(1_000, 0, 10**18, STAKE_WEI) for _ in range(20))
    assert 0.9 * 5 * STAKE_WEI < paid <= 5 * STAKE_WEI


def test_a_crowd_too_large_to_be_watched_is_paid_as_much_as_one_that_is_not() -> None:
    few, many = (paid_wei(10**18, players=players) for players in (300, 2_000))
    assert abs(few - many) < 0.2 * few
