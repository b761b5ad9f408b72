"""The tank pays as long as it may, and nothing of it is lost on the way."""

from __future__ import annotations

import pytest

from simulation.house import OverBudgetError, Tank

DAY_S = 86_400


def test_what_is_set_aside_comes_back_less_what_was_charged() -> None:
    tank = Tank(available_wei=1_000, daily_limit_wei=1_000)
    tank.book_batch(0, stakes_wei=300, reserve_wei=200)
    assert (tank.available_wei, tank.reserved_wei) == (500, 200)
    tank.book_settlement(reserve_wei=200, charged_wei=120, refund_wei=300)
    assert (tank.available_wei, tank.reserved_wei) == (880, 0)


def test_a_days_limit_counts_stakes_and_reserves_and_begins_anew_at_midnight() -> None:
    tank = Tank(available_wei=1_000, daily_limit_wei=400)
    tank.book_batch(DAY_S - 1, stakes_wei=200, reserve_wei=100)
    with pytest.raises(OverBudgetError, match=r"101 wei.*100 left today"):
        tank.book_batch(DAY_S - 1, stakes_wei=101, reserve_wei=0)
    tank.book_batch(DAY_S, stakes_wei=400, reserve_wei=0)
    assert tank.budget_wei(DAY_S) == 0


def test_an_empty_tank_pays_nothing_whatever_the_limit() -> None:
    tank = Tank(available_wei=10, daily_limit_wei=1_000)
    with pytest.raises(OverBudgetError):
        tank.book_batch(0, stakes_wei=11, reserve_wei=0)
    assert (tank.available_wei, tank.spent_today_wei) == (10, 0)
