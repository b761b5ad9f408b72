"""Runs a market and tells what came out."""

import time
from collections.abc import Callable
from pathlib import Path

from simulation.datasets.imdb import Reviews, load_reviews
from simulation.report.progress import Progress, untold
from simulation.result import Result
from simulation.scenarios.guessing import beside_guessing
from simulation.scenarios.market.outcome import result_of_series
from simulation.scenarios.market.parameters import MarketScenario
from simulation.scenarios.market.reference import run_reference
from simulation.scenarios.market.reference_outcome import result_of_reference
from simulation.scenarios.market.relayed import relay
from simulation.scenarios.market.series import run_series


def simulate_market(
    scenario: MarketScenario | None = None,
    reviews: Reviews | Path | None = None,
    *,
    progress: Progress = untold,
    clock: Callable[[], float] = time.perf_counter,
) -> Result:
    """Simulate a series of prediction markets, or the reference's one.

    Args:
        scenario: what is simulated; default: the recommended setting.
        reviews: what is contributed and what tests, or where it lies; default: the data folder.
        progress: told how far it is.
        clock: seconds of a clock that never goes back.

    Raises:
        DatasetError: the data is missing, malformed or too small.
        ParameterError: the reviews do not suffice for the markets.
    """
    scenario = MarketScenario() if scenario is None else scenario
    started_at = clock()
    if not isinstance(reviews, Reviews):
        reviews = load_reviews(reviews)
    if scenario.exact:
        run = run_reference(reviews, scenario.seed, progress=progress)
        result = result_of_reference(run, scenario.seed, clock() - started_at)
        return beside_guessing(result, reviews.test.labels)
    series = run_series(scenario, reviews, progress)
    relayed = relay(scenario, series)
    result = result_of_series(series, relayed, scenario, reviews, lambda: clock() - started_at)
    return beside_guessing(result, reviews.test.labels[series.checks])
