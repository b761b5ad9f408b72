"""Prediction markets by the contracts' rules, each with a model and a test set of its own.

A market takes a bounded number of contributions, so a dataset of thousands is bought in several.
Each one starts an empty model: it judges the data that it is offered, and what it refunds is the
dataset. Everybody stakes from its own pocket, and money is integers throughout.
"""

import heapq
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from relayer.models.naive_bayes import NaiveBayesParameters
from relayer.models.sparse_perceptron import SparsePerceptronParameters
from simulation.datasets.imdb import Reviews
from simulation.datasets.samples import Samples
from simulation.errors import ParameterError
from simulation.learning.examined import Examined, ExaminedLearner, replay
from simulation.learning.integer_perceptron import IntegerPerceptron
from simulation.learning.naive_bayes import ExaminedNaiveBayes
from simulation.mechanisms.prediction_market import Outcome, score
from simulation.report.progress import Progress, untold
from simulation.scenarios.market.parameters import MarketScenario
from simulation.scenarios.market.words import shortened

#: Reviews that check the datasets, if so many are left.
_CHECKS: Final = 5_000


@dataclass(frozen=True)
class Market:
    """One market of a series.

    Attributes:
        authors: author of each contribution, in order.
        at_s: when each of them came, in seconds since the series began.
        features: how many features each of them has.
        rows: training review of each contribution.
        labels: label that it was given.
        rights: right answers of the empty model, then after each contribution.
        outcome: how the bounty was shared.
    """

    authors: NDArray[np.intp]
    at_s: NDArray[np.float64]
    features: NDArray[np.int64]
    rows: NDArray[np.intp]
    labels: NDArray[np.int8]
    rights: tuple[int, ...]
    outcome: Outcome

    def refunded(self, stake_wei: int) -> NDArray[np.bool_]:
        """Of which contributions the stake came back whole."""
        return np.array([paid_wei >= stake_wei for paid_wei in self.outcome.payouts_wei])


@dataclass(frozen=True)
class Series:
    """All markets.

    Attributes:
        markets: in order.
        balances_wei: of each contributor, at first and after each market.
        check_rows: test reviews that no market used.
    """

    markets: tuple[Market, ...]
    balances_wei: tuple[tuple[int, ...], ...]
    check_rows: NDArray[np.intp]

    @property
    def checks(self) -> NDArray[np.intp]:
        """Those of them that check the datasets."""
        return self.check_rows[:_CHECKS]


def run_series(parameters: MarketScenario, reviews: Reviews, progress: Progress = untold) -> Series:
    """Run all markets, one after the other.

    Args:
        parameters: of each market and of the series.
        reviews: what is contributed and what tests; no review is used twice.
        progress: told how far it is.

    Raises:
        ParameterError: there are too few reviews for so many markets, or nobody has money left.
    """
    parameters.check_supply(len(reviews.train), len(reviews.test))
    generator = np.random.default_rng(parameters.seed)
    train_rows = generator.permutation(len(reviews.train))
    test_rows = generator.permutation(len(reviews.test))
    visits = _visits(parameters, random.Random(parameters.seed))  # noqa: S311
    balances_wei = [each.start_units * parameters.unit_wei for each in parameters.contributors]
    history = [tuple(balances_wei)]
    markets: list[Market] = []
    for number in range(parameters.markets):
        authors, at_s = _participate(parameters, visits, balances_wei)
        rows = train_rows[: len(authors)]
        train_rows = train_rows[len(authors) :]
        tests = test_rows[number * parameters.test_size : (number + 1) * parameters.test_size]
        market = _hold(parameters, reviews, (authors, at_s), rows, tests)
        _settle(parameters, market, balances_wei)
        markets.append(market)
        history.append(tuple(balances_wei))
        progress((number + 1) / parameters.markets)
    unused = test_rows[parameters.markets * parameters.test_size :]
    return Series(tuple(markets), tuple(history), unused)


def _visits(parameters: MarketScenario, stream: random.Random) -> Iterator[tuple[float, int]]:
    """When who comes next, without end: each contributor a block at a time, at its own pace."""
    paces = [each.wait_mean_s * parameters.block for each in parameters.contributors]
    turns = [(stream.random() * pace, number) for number, pace in enumerate(paces)]
    heapq.heapify(turns)
    while True:
        now_s, number = turns[0]
        wait_s = stream.uniform(0.5, 1.5) * paces[number]
        heapq.heapreplace(turns, (now_s + wait_s, number))
        if parameters.contributors[number].behaviour.contributes(parameters.believed, stream):
            yield now_s, number


def _participate(
    parameters: MarketScenario, visits: Iterator[tuple[float, int]], balances_wei: Sequence[int]
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Fill a market: each visitor contributes a block, as long as its money lasts for stakes."""
    stakes = [balance_wei // parameters.stake_wei for balance_wei in balances_wei]
    authors: list[int] = []
    times_s: list[float] = []
    while len(authors) < parameters.market_size and any(stakes):
        now_s, visitor = next(visits)
        room = parameters.market_size - len(authors)
        count = min(parameters.block, stakes[visitor], room)
        stakes[visitor] -= count
        authors += [visitor] * count
        times_s += [now_s] * count
    if not authors:
        raise ParameterError(
            "Nobody has money left for a stake: lower the stake or hold fewer markets."
        )
    return np.array(authors, dtype=np.intp), np.array(times_s)


def _hold(
    parameters: MarketScenario,
    reviews: Reviews,
    visitors: tuple[NDArray[np.intp], NDArray[np.float64]],
    rows: NDArray[np.intp],
    test_rows: NDArray[np.intp],
) -> Market:
    authors, at_s = visitors
    bad = np.array([not each.behaviour.is_good for each in parameters.contributors])[authors]
    labels = reviews.train.labels[rows] ^ bad.astype(np.int8)
    samples = _shortened(parameters, reviews.train, rows)
    model = _model(parameters, _shortened(parameters, reviews.test, test_rows))
    rights = replay(model, samples, labels)
    sizes = samples.features.sum(axis=1, dtype=np.int64)
    outcome = _share(parameters, rights, authors)
    return Market(authors, at_s, sizes, rows, labels, tuple(rights), outcome)


def _share(parameters: MarketScenario, rights: Sequence[int], authors: NDArray[np.intp]) -> Outcome:
    addresses = [
        (author, number if _is_single(parameters, author) else 0)
        for number, author in enumerate(authors.tolist())
    ]
    numbers: dict[tuple[int, int], int] = {}
    return score(
        rights,
        [numbers.setdefault(address, len(numbers)) for address in addresses],
        test_size=parameters.test_size,
        stake_wei=parameters.stake_wei,
        bounty_wei=parameters.bounty_wei,
    )


def _is_single(parameters: MarketScenario, author: int) -> bool:
    """Whether each contribution of an author is an account of its own."""
    bad = not parameters.contributors[author].behaviour.is_good
    return not parameters.grouped or (parameters.sybils and bad)


def _settle(parameters: MarketScenario, market: Market, balances_wei: list[int]) -> None:
    for author, paid_wei in zip(market.authors.tolist(), market.outcome.payouts_wei, strict=True):
        balances_wei[author] += paid_wei - parameters.stake_wei


def _model(parameters: MarketScenario, test: Samples) -> Examined:
    if parameters.classifier == "naive-bayes":
        settings = NaiveBayesParameters(2, parameters.inverse_alpha, parameters.vocabulary)
        return ExaminedNaiveBayes(settings, test)
    return ExaminedLearner(
        IntegerPerceptron(SparsePerceptronParameters(test.feature_count, 0, 1)), test
    )


def _shortened(parameters: MarketScenario, samples: Samples, rows: NDArray[np.intp]) -> Samples:
    features = shortened(samples.features[rows], parameters.skipped_words, parameters.most_words)
    return Samples(features, samples.labels[rows])
