"""The base fee moves as the protocol and its market let it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from simulation.house import BaseFeeMarket, next_base_fee_wei

GWEI = 10**9
HOUR_S = 3_600.0


@pytest.mark.parametrize(
    ("used", "expected"),
    [(15_000_000, 1_000), (30_000_000, 1_125), (0, 875), (15_000_001, 1_001), (14_999_999, 1_000)],
)
def test_a_block_moves_the_base_fee_as_eip_1559_says(used: int, expected: int) -> None:
    assert next_base_fee_wei(1_000, used, 30_000_000) == expected


def test_the_same_seed_draws_the_same_fees_and_another_one_others() -> None:
    market = BaseFeeMarket(mean_wei=20 * GWEI)
    first, again, other = (
        market.draw_wei(50, HOUR_S, np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


def test_over_a_long_time_the_mean_is_the_one_that_was_asked_for() -> None:
    market = BaseFeeMarket(mean_wei=20 * GWEI)
    drawn = market.draw_wei(20_000, HOUR_S, np.random.default_rng(5))
    assert 0.95 < sum(drawn) / len(drawn) / market.mean_wei < 1.05


def test_without_volatility_and_swing_it_stands_still() -> None:
    market = BaseFeeMarket(mean_wei=3 * GWEI, volatility=0.0, day_swing=0.0)
    assert set(market.draw_wei(30, HOUR_S, np.random.default_rng(1))) == {3 * GWEI}


def test_no_step_is_larger_than_full_blocks_could_make_it() -> None:
    market = BaseFeeMarket(
        mean_wei=10**12, volatility=3.0, half_life_s=1.0, day_swing=0.0, block_s=12.0
    )
    drawn = market.draw_wei(500, 24.0, np.random.default_rng(3))
    assert max(later / earlier for earlier, later in pairwise(drawn)) <= 1.125**2 + 1e-6
    assert max(later / earlier for earlier, later in pairwise(drawn)) > 1.2
