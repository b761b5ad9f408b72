"""A studio's plan: what the house needs and costs, on average and in the worst of 100 runs."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from multiprocessing import get_context
from typing import Any, Final

from simulation.errors import SimulationError
from simulation.planner.chance import WORST_SHARE, Spread
from simulation.planner.elsewhere import PriceRow, price_table
from simulation.planner.question import Question
from simulation.planner.run import Run, run
from simulation.planner.telling import to_json

#: A mean of fewer or wilder runs is known less exactly than this.
_EXACT_ENOUGH: Final = 0.05

#: Told the share of the work that is done, from 0 to 1.
Progress = Callable[[float], None]


class NotSettledError(SimulationError):
    """A plan's figures still depend on the seed too much."""


@dataclass(frozen=True)
class Plan:
    """The answer.

    Attributes:
        question: what was asked.
        contributions: accepted in all, mean.
        batch_size: contributions in a batch.
        waited_s: seconds from acceptance to sending.
        tank: what the tank must hold to last for all days without a top-up.
        day_outflow: most that leaves the tank on one day: the least daily limit.
        relayer_float: most that the relayer has laid out for gas at a time.
        daily_gas: gas of a day.
        daily_cost: out of pocket a day: gas, and what players are paid.
        daily_fees_wei: fees that come back to the relayer a day, mean.
        daily_from_rewards_wei: the part of them that rewards pay.
        daily_to_players_wei: what of forfeited stakes is left to players.
        reimbursed_after_s: how long the relayer waits for its fees, mean.
        prices: the same game elsewhere.
        tank_line: what the first run's tank lacked, every six hours.
        seconds: how long the planning took.
    """

    question: Question
    contributions: int
    batch_size: float
    waited_s: float
    tank: Spread
    day_outflow: Spread
    relayer_float: Spread
    daily_gas: Spread
    daily_cost: Spread
    daily_fees_wei: int
    daily_from_rewards_wei: int
    daily_to_players_wei: int
    reimbursed_after_s: float
    prices: tuple[PriceRow, ...]
    tank_line: tuple[int, ...]
    seconds: float

    @property
    def share_from_rewards(self) -> float:
        """Share of the fees that rewards pay."""
        return self.daily_from_rewards_wei / self.daily_fees_wei if self.daily_fees_wei else 0.0

    @property
    def share_reimbursed(self) -> float:
        """Share of its gas that the relayer gets back."""
        return self.daily_fees_wei / self.daily_gas.mean_wei if self.daily_gas.mean_wei else 0.0

    @property
    def longest_reimbursement_s(self) -> int:
        """How long the relayer waits for the fees of what nobody agrees with."""
        return self.question.late_wait_s

    def in_currency(self, amount_wei: int) -> Decimal:
        """An amount in the studio's currency, with two decimals."""
        return self.question.in_currency(amount_wei)

    def to_json(self) -> dict[str, Any]:
        """The plan for programs: wei as integers, currency as text, shares as numbers."""
        return {
            "seconds": round(self.seconds, 2),
            "seeds": self.question.seeds,
            "days": self.question.days,
            "contributions_per_day": round(self.contributions / self.question.days),
            **to_json(self.question, self, self.prices, self.relayer_float),
        }


def plan(
    question: Question, *, workers: int | None = None, progress: Progress | None = None
) -> Plan:
    """Plan a budget by simulation.

    Args:
        question: what is asked.
        workers: processes; None: one for each core.
        progress: is told the share of the runs that is done.

    Raises:
        NotSettledError: so few runs at so wild prices tell no mean.
    """
    started_at = time.perf_counter()
    runs = list(_runs(question, workers, progress))
    _require_settled(question, [each.cost_wei for each in runs])
    days, contributions = question.days, sum(each.contributions for each in runs)
    settled = max(1, sum(each.settled for each in runs))
    from_rewards_wei = _mean([each.from_rewards_wei for each in runs])
    return Plan(
        question=question,
        contributions=contributions // len(runs),
        batch_size=contributions / max(1.0, sum(each.batches for each in runs)),
        waited_s=sum(each.waited_s for each in runs) / max(1, contributions),
        tank=_spread([each.tank_wei for each in runs]),
        day_outflow=_spread([each.day_outflow_wei for each in runs]),
        relayer_float=_spread([each.relayer_float_wei for each in runs]),
        daily_gas=_spread([each.gas_wei // days for each in runs]),
        daily_cost=_spread([each.cost_wei // days for each in runs]),
        daily_fees_wei=_mean([each.credited_wei for each in runs]) // days,
        daily_from_rewards_wei=from_rewards_wei // days,
        daily_to_players_wei=(_mean([each.forfeited_wei for each in runs]) - from_rewards_wei)
        // days,
        reimbursed_after_s=sum(each.reimbursed_s for each in runs) / settled,
        prices=price_table(question),
        tank_line=runs[0].tank_line,
        seconds=time.perf_counter() - started_at,
    )


def worst(amounts: Sequence[int]) -> int:
    """The amount that 99 of 100 do not exceed (nearest rank)."""
    ranked = sorted(amounts)
    return ranked[-(-len(ranked) * round(WORST_SHARE * 100) // 100) - 1]


def _runs(question: Question, workers: int | None, progress: Progress | None) -> Sequence[Run]:
    seeds = range(question.seed, question.seed + question.seeds)
    processes = min(workers or os.cpu_count() or 1, question.seeds)
    if processes == 1:
        return _told(map(partial(run, question), seeds), question.seeds, progress)
    # Spawned, not forked: whoever plans may have threads.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        results = pool.map(partial(run, question), seeds, chunksize=-(-question.seeds // 20))
        return _told(results, question.seeds, progress)


def _told(results: Iterable[Run], total: int, progress: Progress | None) -> Sequence[Run]:
    runs: list[Run] = []
    for each in results:
        runs.append(each)
        if progress is not None:
            progress(len(runs) / total)
    return runs


def _require_settled(question: Question, costs_wei: Sequence[int]) -> None:
    if len(costs_wei) < 2:
        return
    mean = statistics.fmean(costs_wei)
    error = statistics.stdev(costs_wei) / len(costs_wei) ** 0.5
    if error > _EXACT_ENOUGH * mean:
        raise NotSettledError(
            f"After {len(costs_wei)} runs the daily cost is known only to ±{error / mean:.0%}: "
            "plan with more --seeds, more --days, or a lower --volatility."
        )


def _spread(amounts_wei: Sequence[int]) -> Spread:
    return Spread(_mean(amounts_wei), worst(amounts_wei))


def _mean(amounts_wei: Sequence[int]) -> int:
    return sum(amounts_wei) // len(amounts_wei)
