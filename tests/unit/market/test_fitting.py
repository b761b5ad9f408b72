"""How large a step is made: as large as fits, found in few estimates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relayer.market.errors import StepTooLargeError
from relayer.market.fitting import TRIES, StepFitting, gas_limit_for

CEILING = 5_000_000
HARD_CEILING = 1 << 24


class Meter:
    """Answers what a step of some size takes, and counts how often it was asked."""

    def __init__(self, fixed: int, each: int, most: int = 1 << 60) -> None:
        self.fixed, self.each, self.most = fixed, each, most
        self.asked: list[int] = []

    def __call__(self, size: int) -> int | None:
        self.asked.append(size)
        gas = self.fixed + self.each * size
        return gas if gas <= self.most else None


@given(
    fixed=st.integers(21_000, 2_000_000),
    each=st.integers(1_000, 2_000_000),
    most=st.integers(1, 100_000),
)
def test_what_is_chosen_fits_and_is_not_needlessly_small(fixed: int, each: int, most: int) -> None:
    meter = Meter(fixed, each)
    size, gas_limit = StepFitting().fit("market", most, meter, CEILING, HARD_CEILING)
    assert 1 <= size <= most
    assert gas_limit == gas_limit_for(fixed + each * size)
    assert gas_limit <= CEILING or size == 1
    assert len(meter.asked) <= TRIES + 1
    assert max(meter.asked) <= most
    if gas_limit_for(fixed + each * most) <= CEILING // 8 and most <= 64:
        assert size == most, "a small rest is taken at once"


def test_a_node_that_grants_little_gas_makes_smaller_steps() -> None:
    meter = Meter(100_000, 400_000, most=1_000_000)
    size, _ = StepFitting().fit("market", 50, meter, CEILING, HARD_CEILING)
    assert size == 2


def test_the_least_step_may_exceed_what_the_operator_wishes() -> None:
    meter = Meter(1_000_000, 6_000_000)
    size, gas_limit = StepFitting().fit("market", 50, meter, CEILING, HARD_CEILING)
    assert size == 1
    assert CEILING < gas_limit <= HARD_CEILING


@pytest.mark.parametrize("most", [1 << 60, 1_000_000])
def test_a_step_that_no_transaction_can_take_is_said_to_be_too_large(most: int) -> None:
    with pytest.raises(StepTooLargeError):
        StepFitting().fit("market", 50, Meter(0, 1 << 24, most), CEILING, HARD_CEILING)


def test_what_fitted_once_is_tried_first() -> None:
    fitting = StepFitting()
    meter = Meter(100_000, 50_000)
    first = fitting.fit("market", 1_000, meter, CEILING, HARD_CEILING)
    meter.asked.clear()
    assert fitting.fit("market", 1_000, meter, CEILING, HARD_CEILING) == first
    assert meter.asked == [first[0]]
