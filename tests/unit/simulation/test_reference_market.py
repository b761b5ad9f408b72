"""The reference's market, held against what its own code gave."""

import numpy as np
import pytest

from simulation import simulate_market
from simulation.datasets.imdb import Reviews
from simulation.errors import DatasetError
from simulation.scenarios.market.parameters import MarketScenario
from simulation.scenarios.market.reference import share
from tests.unit.simulation.reviews import made_up

#: Final balances in percent, passes, survivors, bounty paid, participation in days.
MEASURED = {
    1: ((129.17, 116.94, 109.40, 105.41, 106.36), 154, 101, 6_727.7, 39.3),
    2: ((123.20, 113.11, 110.46, 105.23, 102.62), 142, 95, 5_461.3, 39.2),
    3: ((114.93, 110.75, 103.68, 103.92, 104.06), 142, 109, 3_735.1, 39.0),
}


@pytest.mark.parametrize("seed", MEASURED)
def test_a_seed_gives_what_the_reference_gives(seed: int, imdb: Reviews) -> None:
    numbers = simulate_market(MarketScenario(exact=True, seed=seed), imdb).numbers
    balances, passes, survivors, paid, days = MEASURED[seed]
    assert [round(ratio * 100, 2) for ratio in numbers["balances"].values()] == list(balances)
    assert (numbers["passes"], numbers["survivors"]) == (passes, survivors)
    assert round(numbers["bounty_paid"], 1) == paid
    assert round(numbers["participation_days"], 1) == days
    assert round(numbers["accuracy_start"], 4) == 0.6357


def test_too_few_reviews_are_told() -> None:
    with pytest.raises(DatasetError, match="10,000 reviews to contribute and 1,000 to test with"):
        simulate_market(MarketScenario(exact=True), made_up())


def test_its_books_give_back_stakes_and_lose_the_gains_of_earlier_passes() -> None:
    # In the first pass B ruins itself in 1 / 0.2 = 5 rounds, in which A gains 1; then A is scored
    # alone and plays the other 95. Its gain of the first pass is gone, and B has its stake back.
    sharing = share(np.array([0.5, 0.7, 0.5]), np.array([0, 1]), 2, 100.0)
    assert sharing.passes == 2
    assert sharing.balances == pytest.approx((1 + 95 * 0.2, 1.0))
    assert sharing.survivors.tolist() == [0]


def test_nobody_worse_than_nothing_ends_it_at_once() -> None:
    sharing = share(np.array([0.5, 0.6, 0.8]), np.array([0, 0]), 1, 100.0)
    assert sharing.passes == 1
    assert sharing.balances == pytest.approx((2 + 30,))
    assert sharing.paid == pytest.approx(30)
