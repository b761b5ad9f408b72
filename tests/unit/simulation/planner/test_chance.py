"""What chance may add by formulas is what it adds to draws of prices and of traffic."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulation import Question
from simulation.planner import quick
from simulation.planner.chance import (
    capped_mean_wei,
    dearest_day,
    worst_of_fees,
    worst_of_gas,
    worst_of_traffic,
)
from simulation.planner.cohorts import DAY_NOISE, STEP_S

#: The 99th percentile of so many draws is known to a few percent.
DRAWS = 200
TOLERANCE = 0.06
MONTH = Question(days=30, tip_wei=0)


@pytest.fixture(scope="module")
def months() -> np.ndarray:
    """Base fees of each hour of many months, in wei."""
    random = np.random.default_rng(1)
    hours = MONTH.days * 24
    drawn = [MONTH.market.draw_wei(hours, STEP_S, random) for _ in range(DRAWS)]
    return np.array(drawn, dtype=float)


def worst(values: np.ndarray) -> float:
    return float(np.quantile(values / values.mean(), 0.99))


def traffic(days: int) -> np.ndarray:
    """How busy the days of many plans are, in usual days."""
    noise = np.random.default_rng(2).standard_normal((4_000, days))
    return np.exp(DAY_NOISE * noise - DAY_NOISE**2 / 2)


def test_gas_of_the_worst_month(months: np.ndarray) -> None:
    assert worst_of_gas(MONTH) == pytest.approx(worst(months.mean(axis=1)), rel=TOLERANCE)


def test_fees_of_the_worst_month_are_bounded_by_the_cap(months: np.ndarray) -> None:
    capped = replace(MONTH, price_cap_wei=3 * MONTH.base_fee_wei // 2)
    paid = np.minimum(months, capped.cap_wei)
    assert capped_mean_wei(capped) == pytest.approx(paid.mean(), rel=0.02)
    assert worst_of_fees(capped) == pytest.approx(worst(paid.mean(axis=1)), rel=TOLERANCE)
    assert worst_of_fees(capped) < worst_of_fees(MONTH)


def test_traffic_alone() -> None:
    assert worst_of_traffic(MONTH) == pytest.approx(worst(traffic(30).mean(axis=1)), rel=0.01)


@pytest.mark.parametrize("days", [2, 7, 90])
def test_the_dearest_day(days: int) -> None:
    highest = traffic(days).max(axis=1)
    mean, bad = dearest_day(replace(MONTH, days=days), priced=0.0)
    assert mean == pytest.approx(highest.mean(), rel=0.02)
    assert bad == pytest.approx(np.quantile(highest, 0.99), rel=0.03)
    assert dearest_day(replace(MONTH, days=days), priced=1.0)[1] > bad


def test_no_worst_case_is_better_than_the_mean() -> None:
    for asked in ({}, {"volatility": 0.0}, {"volatility": 3.0}, {"mechanism": "gamified"}):
        estimate = quick(Question(**asked))
        for spread in (estimate.tank, estimate.day_outflow, estimate.daily_gas):
            assert spread.worst_wei > spread.mean_wei > 0
