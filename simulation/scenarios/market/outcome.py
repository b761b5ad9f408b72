"""What a series of markets came to, as numbers and figures."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from relayer.models.naive_bayes import NaiveBayesParameters
from simulation.agents.agent import Agent
from simulation.datasets.imdb import Reviews
from simulation.datasets.samples import Samples
from simulation.learning.counted_naive_bayes import CountedNaiveBayes
from simulation.result import Figure, Line, Result, Table
from simulation.scenarios.house_report import (
    gas_table,
    house_figure,
    house_numbers,
    house_sentence,
)
from simulation.scenarios.market.parameters import MarketScenario, role_of
from simulation.scenarios.market.relayed import Relayed
from simulation.scenarios.market.series import Market, Series

_NOTE: Final = (
    "Gas of the replay is spent when a market is full; its fees come with the settlement. "
    "The provider's own transactions are left out."
)


def result_of_series(
    series: Series,
    relayed: Relayed,
    scenario: MarketScenario,
    reviews: Reviews,
    seconds: Callable[[], float],
) -> Result:
    """Make numbers and figures of a series.

    Args:
        series: what happened.
        relayed: what it would cost a house.
        scenario: what was chosen.
        reviews: what was contributed.
        seconds: told when all is reckoned: how long it took.
    """
    at = _contributed(series.markets)
    ratios = _ratios(series, scenario.contributors)
    bought, all_of_it = _datasets(series, scenario, reviews)
    figures = (
        _balances(at, ratios, scenario.contributors),
        _accuracy(at, bought, all_of_it),
        _replays(series.markets, scenario),
        house_figure(relayed.house.history, _NOTE),
    )
    house = _house_numbers(relayed)
    numbers = {
        "accuracy_start": bought[0],
        "accuracy_end": bought[-1],
        "balances": _by_name(scenario.contributors, ratios[-1]),
        "balances_after_fees": _after_fees(scenario, ratios[-1], relayed),
        **_counts(series, scenario),
        "house": house,
        "accuracy_end_of_all_contributions": all_of_it[-1],
    }
    return Result(
        title=f"{scenario.markets} prediction markets, seed {scenario.seed}",
        summary=(
            *_summary(scenario, ratios[-1], bought, all_of_it),
            house_sentence(house, "A relayer that drove all of it would have spent"),
        ),
        parameters=scenario.as_numbers(),
        numbers={"seconds": round(seconds(), 3), **numbers},
        figures=figures,
        tables=(
            _table(series.markets, scenario),
            gas_table(relayed.house.units, relayed.contributions),
        ),
        seed=scenario.seed,
    )


def _house_numbers(relayed: Relayed) -> dict[str, Any]:
    house = relayed.house
    return {
        **house_numbers(house.history, house.units, relayed.contributions),
        "batches": relayed.batches,
        "tank_wei": relayed.tank_wei,
        "provider_gas_wei": relayed.provider_gas_wei,
        "replay_hours": round(relayed.replay_hours, 2),
    }


def _after_fees(
    scenario: MarketScenario, ratios: Sequence[float], relayed: Relayed
) -> dict[str, Any]:
    """What contributors have if what they earned pays their fees first."""
    left = [
        ratio - relayed.fees_wei.get(number, 0) / (each.start_units * scenario.unit_wei)
        for number, (each, ratio) in enumerate(zip(scenario.contributors, ratios, strict=True))
    ]
    return _by_name(scenario.contributors, left)


def _contributed(markets: Sequence[Market]) -> tuple[float, ...]:
    counts = np.cumsum([0, *(len(market.authors) for market in markets)])
    return tuple(float(count) for count in counts)


def _ratios(series: Series, contributors: Sequence[Agent]) -> list[list[float]]:
    """What each contributor has after each market, by what it began with."""
    starts_wei = series.balances_wei[0]
    return [
        [have_wei / start_wei for have_wei, start_wei in zip(row, starts_wei, strict=True)]
        for row in series.balances_wei
    ]


def _datasets(
    series: Series, scenario: MarketScenario, reviews: Reviews
) -> tuple[list[float], list[float]]:
    """After each market, the accuracies of a model of what was refunded and of one of all."""
    check = Samples(reviews.test.features[series.checks], reviews.test.labels[series.checks])
    settings = NaiveBayesParameters(2, scenario.inverse_alpha, scenario.vocabulary)
    models = [CountedNaiveBayes(settings, reviews.train.feature_count) for _ in range(2)]
    accuracies = [[model.accuracy(check)] for model in models]
    for market in series.markets:
        everything = np.ones(len(market.rows), dtype=np.bool_)
        for model, kept, found in zip(
            models, (market.refunded(scenario.stake_wei), everything), accuracies, strict=True
        ):
            model.learn(reviews.train.features[market.rows[kept]], market.labels[kept])
            found.append(model.accuracy(check))
    return accuracies[0], accuracies[1]


def _by_name(contributors: Sequence[Agent], values: Sequence[Any]) -> dict[str, Any]:
    return {each.name: value for each, value in zip(contributors, values, strict=True)}


def _counts(series: Series, scenario: MarketScenario) -> dict[str, Any]:
    authors = np.concatenate([market.authors for market in series.markets])
    refunded = np.concatenate([market.refunded(scenario.stake_wei) for market in series.markets])
    count = len(scenario.contributors)
    bounty_wei = scenario.bounty_wei * len(series.markets)
    paid_wei = sum(sum(market.outcome.payouts_wei) for market in series.markets)
    staked_wei = len(authors) * scenario.stake_wei
    return {
        "contributions": _by_name(
            scenario.contributors, np.bincount(authors, minlength=count).tolist()
        ),
        "refunded": _by_name(
            scenario.contributors, np.bincount(authors[refunded], minlength=count).tolist()
        ),
        "good_gain_and_bad_lose": all(
            (end_wei > start_wei) == each.behaviour.is_good and end_wei != start_wei
            for each, start_wei, end_wei in zip(
                scenario.contributors,
                series.balances_wei[0],
                series.balances_wei[-1],
                strict=True,
            )
        ),
        "bounties_wei": str(bounty_wei),
        "cost_to_provider_wei": str(paid_wei - staked_wei),
        "evaluations": sum(len(market.rights) for market in series.markets) * scenario.test_size,
    }


def _balances(
    at: tuple[float, ...], ratios: list[list[float]], contributors: Sequence[Agent]
) -> Figure:
    lines = tuple(
        Line(
            each.name,
            tuple(row[number] * 100 for row in ratios),
            role_of(each),
        )
        for number, each in enumerate(contributors)
    )
    return Figure(
        "balances",
        "Balances after each market",
        "contributions",
        "% of the start",
        at,
        lines,
        reference=100.0,
    )


def _accuracy(at: tuple[float, ...], bought: list[float], all_of_it: list[float]) -> Figure:
    return Figure(
        "accuracy",
        "Accuracy of models of the data bought",
        "contributions",
        "% right",
        at,
        (
            Line("refunded ones learnt", tuple(100 * each for each in bought), "model"),
            Line("all learnt", tuple(100 * each for each in all_of_it), "model"),
        ),
        note="Naive Bayes on reviews that no market used.",
    )


def _replays(markets: Sequence[Market], scenario: MarketScenario) -> Figure:
    whole = [market.rights for market in markets if len(market.rights) == len(markets[0].rights)]
    percent = np.array(whole) / scenario.test_size * 100
    return Figure(
        "replay",
        "Accuracy in the replay",
        "contributions of a market",
        "% right",
        tuple(float(number) for number in range(percent.shape[1])),
        (
            Line("first market", tuple(percent[0].tolist()), "other"),
            Line("mean of all markets", tuple(percent.mean(axis=0).tolist()), "model"),
        ),
        note="Each market starts an empty model and scores by how this line moves.",
    )


def _table(markets: Sequence[Market], scenario: MarketScenario) -> Table:
    names = [each.name for each in scenario.contributors]
    return Table(
        "Each market",
        ("market", "right at first", "right at the end", "passes", *names),
        tuple(_row(number, market, scenario) for number, market in enumerate(markets, start=1)),
        note="What each contributor gained or lost, in units.",
    )


def _row(number: int, market: Market, scenario: MarketScenario) -> tuple[str, ...]:
    gains_wei = [0] * len(scenario.contributors)
    for author, paid_wei in zip(market.authors.tolist(), market.outcome.payouts_wei, strict=True):
        gains_wei[author] += paid_wei - scenario.stake_wei
    return (
        str(number),
        f"{market.rights[0] / scenario.test_size:.1%}",
        f"{market.rights[-1] / scenario.test_size:.1%}",
        str(len(market.outcome.passes)),
        *(f"{gain_wei / scenario.unit_wei:+,.0f}" for gain_wei in gains_wei),
    )


def _summary(
    scenario: MarketScenario, ends: list[float], bought: list[float], all_of_it: list[float]
) -> tuple[str, ...]:
    told = ", ".join(
        f"{each.name} {end:.0%}" for each, end in zip(scenario.contributors, ends, strict=True)
    )
    return (
        _held(scenario),
        f"At the end they have, of what they began with: {told}.",
        f"A model of what the markets refunded is right on {bought[-1]:.1%} of other reviews, one "
        f"of everything that was contributed on {all_of_it[-1]:.1%}.",
    )


def _held(scenario: MarketScenario) -> str:
    if scenario.markets == 1:
        return (
            f"One market of {scenario.market_size} contributions, scored on "
            f"{scenario.test_size:,} reviews that nobody had seen."
        )
    return (
        f"{scenario.markets} markets of {scenario.market_size} contributions each, one after the "
        f"other, scored on {scenario.test_size:,} reviews each that nobody had seen."
    )
