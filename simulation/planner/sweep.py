"""The best parameters for a game: waits by playing it many times, stake and windows by formulas.

How much of what is false a model still disagrees with, and how much of what is true, hangs on the
waits and on how the game is played. So the game is simulated for each pair of waits with many
seeds, on all cores at once. What stakes and windows then cost follows from these shares by `quick`.

Waits are admitted where in 95 of 100 games liars fare worse than honest players, and where in 99 of
100 hardly an honest contribution is lost. Of the parameters with these waits the cheapest house is
best; of those that cost the same to 1 % the one with the highest stake, because more of its fees
are paid from rewards while hardly any money is given away.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from multiprocessing import get_context
from statistics import fmean
from typing import Any, Final

from sample_game.simulated_players.clue_book import ClueBook, load_clue_book
from simulation.errors import ParameterError, SimulationError
from simulation.house.fees import own_fee_wei
from simulation.planner.question import Question
from simulation.planner.quick import Estimate, quick

#: Contributions of each game that is played.
SAMPLES: Final = 2_000
#: Refund and forfeit waits that are tried.
WAITS_S: Final = tuple(
    (refund, forfeit)
    for refund, forfeit in product((600, 3_600, 21_600), (3_600, 21_600, 86_400, 259_200))
    if refund < forfeit
)
#: Batch windows and delays of settling that are tried, and stakes in parts of a contribution's fee.
WINDOWS_S: Final = (2.0, 5.0, 10.0, 20.0, 40.0)
DELAYS_S: Final = (300.0, 1_800.0)
STAKES_BY_FEE: Final = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)

_LIARS_LOSE: Final = 0.95
_HONEST_KEEP: Final = 0.99
#: Share of the true contributions that may be lost.
_MOST_MISTAKEN: Final = 0.05
_AS_CHEAP: Final = 1.01
#: Clue sets of each word, drawn beforehand: drawing them takes most of the time of a game.
_SUPPLY: Final = 30
#: A game has a tenth of liars, so that there are enough of them to tell how they fare.
_LIARS: Final = 0.1

Progress = Callable[[float], None]


class NoParametersError(SimulationError):
    """Nothing that was tried makes liars lose and honest players keep what is theirs."""


@dataclass(frozen=True)
class _Task:
    """A game that is to be played."""

    refund_wait_s: int
    forfeit_wait_s: int
    per_second: float
    samples: int
    seed: int


@dataclass(frozen=True)
class Played:
    """How one game with some waits went: shares that were late, and back of what was staked."""

    caught: float
    mistaken: float
    honest: float
    liars: float


@dataclass(frozen=True)
class WaitsRow:
    """How games with one pair of waits went.

    Attributes:
        refund_wait_s: from when on the model may agree.
        forfeit_wait_s: from when on stakes are lost.
        games: how many were played.
        caught: share of the false contributions that were forfeited, mean.
        mistaken: share of the true ones, in the worst of 100 games.
        liars_lose: share of the games in which liars fared worse than honest players.
    """

    refund_wait_s: int
    forfeit_wait_s: int
    games: int
    caught: float
    mistaken: float
    liars_lose: float

    @property
    def is_admitted(self) -> bool:
        """Whether liars lose and honest players keep what is theirs."""
        return self.liars_lose >= _LIARS_LOSE and self.mistaken <= _MOST_MISTAKEN


@dataclass(frozen=True)
class Best:
    """The parameters that were found.

    Attributes:
        question: the question with them.
        estimate: what its house costs.
        rows: how the games of each pair of waits went.
    """

    question: Question
    estimate: Estimate
    rows: tuple[WaitsRow, ...]

    def to_json(self) -> dict[str, Any]:
        """The parameters for programs."""
        names = ("stake_wei", "refund_wait_s", "forfeit_wait_s", "max_wait_s", "settle_max_delay_s")
        return {
            **{name: getattr(self.question, name) for name in names},
            "caught": round(self.question.caught, 4),
            "mistaken": round(self.question.mistaken, 4),
            "games": sum(row.games for row in self.rows),
            **self.estimate.to_json(),
        }


def best(
    question: Question,
    runs: int = 1_000,
    *,
    samples: int = SAMPLES,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Best:
    """Find the best waits, stake and windows for a game under self-assessment.

    Args:
        question: the game, its traffic and prices.
        runs: games that are played, shared among the pairs of waits.
        samples: contributions of each.
        workers: processes; None: one for each core.
        progress: told the share of the games that is played.

    Raises:
        ParameterError: it is not about self-assessment, or there are too few runs.
        NoParametersError: nothing that was tried does.
    """
    if question.is_gamified:
        raise ParameterError(
            "Only self-assessment has stakes and waits to choose: leave --sweep away, or plan with "
            "--mechanism self-assessment."
        )
    waits = [pair for pair in WAITS_S if pair[1] < question.days * 86_400]
    if runs < len(waits) or not waits:
        raise ParameterError(
            f"A sweep tries {len(waits)} pairs of waits: give it at least as many runs and a day."
        )
    seeds = runs // len(waits)
    per_second = question.contributions_per_day / 86_400
    tasks = [
        _Task(*pair, per_second, samples, seed) for pair in waits for seed in range(1, seeds + 1)
    ]
    played = list(_told(_play_all(tasks, workers), len(tasks), progress))
    rows = tuple(
        _row(pair, played[index * seeds : (index + 1) * seeds]) for index, pair in enumerate(waits)
    )
    admitted = [row for row in rows if row.is_admitted]
    if not admitted:
        raise NoParametersError(
            f"In no pair of {len(rows)} waits do liars lose and honest players keep what is "
            "theirs: let the model learn first, or judge later (a longer refund wait)."
        )
    candidates = [(each, quick(each)) for row in admitted for each in _candidates(question, row)]
    least_wei = min(estimate.daily_cost_wei for _, estimate in candidates)
    cheap = [pair for pair in candidates if pair[1].daily_cost_wei <= least_wei * _AS_CHEAP]
    chosen, estimate = max(cheap, key=_preference)
    return Best(chosen, estimate, rows)


def _preference(pair: tuple[Question, Estimate]) -> tuple[float, ...]:
    """The highest stake; then the smallest tank, and the shortest waits."""
    question, estimate = pair
    return question.stake_wei, -estimate.tank_wei, -question.forfeit_wait_s, -question.max_wait_s


def _candidates(question: Question, row: WaitsRow) -> Iterator[Question]:
    """Stakes and windows for one pair of waits."""
    judged = replace(
        question,
        refund_wait_s=row.refund_wait_s,
        forfeit_wait_s=row.forfeit_wait_s,
        caught=row.caught,
        mistaken=row.mistaken,
    )
    terms = judged.rules.terms(judged.base_fee_wei)
    fee_wei = own_fee_wei(terms, judged.sample_bytes, terms.add_price_wei)
    for window_s, delay_s, part in product(WINDOWS_S, DELAYS_S, STAKES_BY_FEE):
        yield replace(
            judged,
            max_wait_s=window_s,
            settle_max_delay_s=delay_s,
            stake_wei=max(1, round(fee_wei * part)),
        )


def _row(pair: tuple[int, int], games: Sequence[Played]) -> WaitsRow:
    ranked = sorted(game.mistaken for game in games)
    return WaitsRow(
        *pair,
        games=len(games),
        caught=fmean(game.caught for game in games),
        mistaken=ranked[-(-len(ranked) * round(_HONEST_KEEP * 100) // 100) - 1],
        liars_lose=fmean(game.liars < game.honest for game in games),
    )


def _play_all(tasks: list[_Task], workers: int | None) -> Iterable[Played]:
    processes = min(workers or os.cpu_count() or 1, len(tasks))
    if processes == 1:
        yield from map(_play, tasks)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_play, tasks, chunksize=max(1, len(tasks) // (processes * 20)))


def _told(played: Iterable[Played], total: int, progress: Progress | None) -> Iterator[Played]:
    for done, each in enumerate(played, 1):
        if progress is not None:
            progress(done / total)
        yield each


def _play(task: _Task) -> Played:
    """Play one game with the clues that ship with it."""
    from simulation.scenarios.game import GameScenario, play

    scenario = GameScenario(
        seed=task.seed,
        contributions=task.samples,
        liars=_LIARS,
        per_second=task.per_second,
        refund_wait_s=task.refund_wait_s,
        forfeit_wait_s=task.forfeit_wait_s,
        # What is due is looked at a hundred times or so, however long the game lasts.
        settle_every_s=max(60.0, task.samples / task.per_second / 100),
        checkpoints=1,
        test_rounds_per_word=1,
        supply=_SUPPLY,
    )
    outcome = play(scenario, _clues(scenario.words))
    purses = outcome.purses
    return Played(
        caught=outcome.late_share(is_true=False) or 0.0,
        mistaken=outcome.late_share(is_true=True) or 0.0,
        honest=purses["honest"].share,
        liars=purses["liars"].share,
    )


@cache
def _clues(words: tuple[str, ...]) -> ClueBook:
    return load_clue_book(words)
