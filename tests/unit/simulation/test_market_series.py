"""Series of prediction markets by the contracts' rules."""

from dataclasses import replace

import numpy as np
import pytest

from relayer.chain.wire import Record
from relayer.models.naive_bayes import NaiveBayes, NaiveBayesParameters
from relayer.models.samples import encode
from simulation import simulate_market
from simulation.datasets.imdb import Reviews
from simulation.datasets.samples import Samples
from simulation.errors import ParameterError
from simulation.mechanisms.prediction_market import accounts_of, replay, score
from simulation.scenarios.market.parameters import CONTRIBUTORS, MarketScenario
from simulation.scenarios.market.series import run_series
from simulation.scenarios.market.words import shortened
from tests.unit.simulation.reviews import COLUMNS, made_up

SMALL = MarketScenario(markets=3, market_size=120, test_size=250, block=5, skipped_words=0, stake=5)


@pytest.fixture(scope="module")
def reviews() -> Reviews:
    return made_up()


def test_good_contributors_gain_and_bad_ones_lose(reviews: Reviews) -> None:
    numbers = simulate_market(SMALL, reviews).numbers
    assert numbers["good_gain_and_bad_lose"]
    for name, ratio in numbers["balances"].items():
        assert (ratio > 1) == name.startswith("Good")
    assert numbers["accuracy_start"] < 0.6 < 0.8 < numbers["accuracy_end"]
    assert numbers["refunded"]["Good 1"] > numbers["refunded"]["Bad 1"] == 0


def test_money_is_only_moved(reviews: Reviews) -> None:
    series = run_series(SMALL, reviews)
    for before, after, market in zip(
        series.balances_wei, series.balances_wei[1:], series.markets, strict=False
    ):
        staked_wei = len(market.authors) * SMALL.stake_wei
        returned_wei = SMALL.bounty_wei + staked_wei - sum(market.outcome.payouts_wei)
        assert market.outcome.returned_wei == returned_wei >= 0
        assert sum(after) - sum(before) == SMALL.bounty_wei - returned_wei


def test_a_market_is_what_the_mechanism_s_twin_says(reviews: Reviews) -> None:
    market = run_series(replace(SMALL, markets=1), reviews).markets[0]
    rows = np.random.default_rng(SMALL.seed)
    rows.permutation(len(reviews.train))
    test = rows.permutation(len(reviews.test))[: SMALL.test_size]
    contributions = records(reviews.train, market.rows, market.labels, market.authors)
    tests = records(reviews.test, test, reviews.test.labels[test], np.zeros(len(test), int))
    rights = replay(NaiveBayes(NaiveBayesParameters(2, 4, 128)), contributions, tests)
    assert list(market.rights) == rights
    assert market.outcome == score(
        rights,
        accounts_of(contributions, grouped=True),
        test_size=SMALL.test_size,
        stake_wei=SMALL.stake_wei,
        bounty_wei=SMALL.bounty_wei,
    )


def records(
    samples: Samples, rows: np.ndarray, labels: np.ndarray, authors: np.ndarray
) -> list[Record]:
    return [
        Record(f"0x{author:040x}", label, encode(samples.feature_ids[row].tolist()))
        for row, label, author in zip(rows, labels.tolist(), authors.tolist(), strict=True)
    ]


def test_no_review_is_used_twice(reviews: Reviews) -> None:
    series = run_series(SMALL, reviews)
    rows = np.concatenate([market.rows for market in series.markets])
    assert len(set(rows.tolist())) == 3 * 120
    assert len(series.check_rows) == 800 - 3 * 250


def test_the_seed_decides_everything(reviews: Reviews) -> None:
    assert run_series(SMALL, reviews).balances_wei == run_series(SMALL, reviews).balances_wei
    other = replace(SMALL, seed=2)
    assert run_series(SMALL, reviews).balances_wei != run_series(other, reviews).balances_wei


def test_contributors_come_in_blocks_and_stop_when_their_money_ends(reviews: Reviews) -> None:
    poor = replace(CONTRIBUTORS[3], start_units=15, offer_mean_units=1)
    people = (*CONTRIBUTORS[:3], poor)
    market = run_series(replace(SMALL, markets=1, contributors=people), reviews).markets[0]
    assert (market.authors == 3).sum() == 3
    ends = np.flatnonzero(np.diff(market.authors)) + 1
    blocks = np.split(market.authors, ends)
    # The last one is cut by the end of the market.
    assert all(len(block) % 5 == 0 for block in blocks[:-1] if block[0] != 3)


def test_sybils_have_an_account_for_each_lie(reviews: Reviews) -> None:
    market = run_series(replace(SMALL, markets=1, sybils=True), reviews).markets[0]
    lies = int((market.authors >= 3).sum())
    assert len(market.outcome.passes[0].scores) == 3 + lies > 10


def test_nobody_s_money_is_told(reviews: Reviews) -> None:
    with pytest.raises(ParameterError, match="lower the stake"):
        run_series(replace(SMALL, stake=20_000), reviews)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"market_size": 769}, "market_size is 1 to 768"),
        ({"block": 0}, "block is 1 to 120"),
        ({"most_words": 65}, "most_words is 1 to 64"),
        ({"test_size": 0}, "test_size is 1 to"),
        ({"believed": 1.5}, "accuracy is 0 to 1"),
        ({"contributors": CONTRIBUTORS[:3]}, "somebody bad"),
        ({"markets": 4}, "480 reviews to contribute and there are 400"),
        ({"test_size": 267}, "802 reviews to test with and there are 800"),
    ],
)
def test_what_cannot_be_held_is_told(
    change: dict[str, object], told: str, reviews: Reviews
) -> None:
    with pytest.raises(ParameterError, match=told):
        run_series(replace(SMALL, **change), reviews)  # type: ignore[arg-type]


def test_frequent_words_are_left_out_and_the_rarest_kept() -> None:
    features = np.ones((1, COLUMNS), dtype=np.uint8)
    features[0, 50] = 0
    assert np.flatnonzero(shortened(features, 6, 64)[0]).tolist() == [
        *range(10, 50),
        *range(51, 60),
    ]
    assert np.flatnonzero(shortened(features, 0, 12)[0]).tolist() == [
        *range(47, 50),
        *range(51, 60),
    ]


def test_recommended_markets_tell_good_from_bad_on_real_reviews(imdb: Reviews) -> None:
    numbers = simulate_market(MarketScenario(markets=3), imdb).numbers
    assert numbers["good_gain_and_bad_lose"]
    assert numbers["accuracy_end"] > numbers["accuracy_end_of_all_contributions"] > 0.75
