"""Which markets tell good contributors from bad ones, over many seeds.

    python -m simulation.studies.market [--seeds 100] [--dataset PATH] [--only TEXT]

Prints a row of a Markdown table for each setting as soon as it is known. A run counts as right if
every good contributor ends above its start and every bad one below. It takes all cores.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import numpy as np

from simulation.datasets.imdb import Reviews, load_reviews
from simulation.errors import SimulationError
from simulation.scenarios.market.parameters import CONTRIBUTORS, MarketScenario
from simulation.scenarios.market.reference import run_reference
from simulation.scenarios.market.series import run_series

RECOMMENDED: Final = MarketScenario()
_PERCEPTRON: Final = replace(
    RECOMMENDED,
    classifier="sparse-perceptron",
    grouped=False,
    block=1,
    skipped_words=0,
    most_words=1_000,
)
_GROUPED_PERCEPTRON: Final = replace(_PERCEPTRON, grouped=True)
_MANY_LIARS: Final = (
    *CONTRIBUTORS[:3],
    *(replace(each, wait_mean_s=1200) for each in CONTRIBUTORS[3:]),
)

#: Each setting by what is different about it.
SETTINGS: Final = {
    "the reference's market": replace(RECOMMENDED, exact=True),
    "perceptron": _PERCEPTRON,
    "perceptron, grouped": _GROUPED_PERCEPTRON,
    "perceptron, grouped, blocks of 10": replace(_GROUPED_PERCEPTRON, block=10),
    "perceptron, grouped, blocks of 10, without the 200 most frequent words": replace(
        _GROUPED_PERCEPTRON, block=10, skipped_words=200
    ),
    "naive Bayes": replace(RECOMMENDED, grouped=False, block=1),
    "naive Bayes, grouped": replace(RECOMMENDED, block=1),
    "**naive Bayes, grouped, blocks of 10 (recommended)**": RECOMMENDED,
    "the same, 300 test reviews": replace(RECOMMENDED, test_size=300),
    "the same, 100 test reviews": replace(RECOMMENDED, test_size=100),
    "the same, ten times the bounty": replace(RECOMMENDED, bounty_percent=1_000),
    "the same, two of five contributions bad": replace(RECOMMENDED, contributors=_MANY_LIARS),
    "the same, an address for each lie": replace(RECOMMENDED, sybils=True),
    "the same, one market alone": replace(RECOMMENDED, markets=1),
    "the same, one market alone, 4,000 test reviews": replace(
        RECOMMENDED, markets=1, test_size=4_000
    ),
}
HEADER: Final = (
    "setting",
    "runs right",
    "markets right",
    "accuracy of a market, start and end",
    "good end at",
    "worst of them",
    "bad end at",
    "best of them",
)


@dataclass(frozen=True)
class Verdict:
    """What one run came to.

    Attributes:
        balances: of each contributor at the end, in percent of its start.
        gains: of each contributor (column) in each market (row), any unit.
        accuracies: mean accuracy of the markets at their start and at their end.
    """

    balances: tuple[float, ...]
    gains: tuple[tuple[float, ...], ...]
    accuracies: tuple[float, float]


def judge(reviews: Reviews, scenario: MarketScenario) -> Verdict:
    """Run once."""
    if scenario.exact:
        return _judge_reference(reviews, scenario)
    series = run_series(scenario, reviews)
    units = np.array([[float(wei) for wei in row] for row in series.balances_wei])
    rights = np.array([(each.rights[0], each.rights[-1]) for each in series.markets])
    start, end = rights.mean(axis=0) / scenario.test_size
    return Verdict(
        tuple(units[-1] / units[0] * 100),
        tuple(map(tuple, np.diff(units, axis=0))),
        (float(start), float(end)),
    )


def _judge_reference(reviews: Reviews, scenario: MarketScenario) -> Verdict:
    run = run_reference(reviews, scenario.seed)
    staked = np.bincount(run.participation.authors, minlength=len(CONTRIBUTORS))
    gains = np.array(run.sharing.balances) - staked
    starts = np.array([each.start_units for each in CONTRIBUTORS])
    accuracies = float(run.accuracies[0]), float(run.accuracies[-1])
    return Verdict(tuple(100 + gains / starts * 100), (tuple(gains),), accuracies)


def table_row(name: str, scenario: MarketScenario, verdicts: Sequence[Verdict]) -> str:
    """One setting as a row of the table."""
    good = np.array([each.behaviour.is_good for each in scenario.contributors])
    ends = np.array([verdict.balances for verdict in verdicts])
    gains = np.concatenate([np.array(verdict.gains) for verdict in verdicts])
    start, end = np.mean([verdict.accuracies for verdict in verdicts], axis=0)
    cells = (
        name,
        f"{_share_right(ends - 100, good):.0%}",
        f"{_share_right(gains, good):.0%}",
        f"{start:.3f} → {end:.3f}",
        ", ".join(f"{value:.1f}" for value in ends.mean(axis=0)[good]),
        f"{ends[:, good].min():.1f}",
        ", ".join(f"{value:.1f}" for value in ends.mean(axis=0)[~good]),
        f"{ends[:, ~good].max():.1f}",
    )
    return f"| {' | '.join(cells)} |"


def _share_right(gains: np.ndarray, good: np.ndarray) -> float:
    right = (gains[:, good] > 0).all(axis=1) & (gains[:, ~good] < 0).all(axis=1)
    return float(right.mean())


class _Shared:
    """The reviews, which each process of the pool has once."""

    reviews: Reviews

    @classmethod
    def set(cls, reviews: Reviews) -> None:
        """Called once in each process."""
        cls.reviews = reviews

    @classmethod
    def judge(cls, scenario: MarketScenario) -> Verdict:
        """Run once, on what the process has."""
        return judge(cls.reviews, scenario)


def rows(reviews: Reviews, seeds: int, only: str) -> Iterator[str]:
    """The table row by row.

    Args:
        reviews: what is contributed and what tests.
        seeds: runs of each setting.
        only: text that the names of the wanted settings have in common.
    """
    yield f"| {' | '.join(HEADER)} |"
    yield "|" + "---|" * len(HEADER)
    with get_context("fork").Pool(os.cpu_count(), _Shared.set, (reviews,)) as pool:
        for name, scenario in SETTINGS.items():
            if only in name:
                runs = [replace(scenario, seed=seed) for seed in range(1, seeds + 1)]
                yield table_row(name, scenario, pool.map(_Shared.judge, runs, 1))


def main() -> int:
    """Print the table; return the exit code."""
    parser = argparse.ArgumentParser(description="Which markets tell good from bad.")
    parser.add_argument("--seeds", type=int, default=100, help="runs of each setting; default: 100")
    parser.add_argument("--dataset", type=Path, help="folder or file with the reviews")
    parser.add_argument("--only", default="", help="settings whose name contains this text")
    arguments = parser.parse_args()
    if arguments.seeds < 1:
        parser.error("--seeds must be at least 1: raise it")
    if not any(arguments.only in name for name in SETTINGS):
        parser.error(f"no setting is named so; choose of: {'; '.join(SETTINGS)}")
    try:
        for row in rows(load_reviews(arguments.dataset), arguments.seeds, arguments.only):
            print(row, flush=True)
    except SimulationError as error:
        print(f"study: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
