"""A plan as a report: how the tank empties, what each day costs, what it would cost elsewhere."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from simulation.planner.chance import Spread
from simulation.planner.plan import Plan
from simulation.result import Figure, Line, Result, Table

_ETHER: Final = 10**18
_GWEI: Final = 10**9


def result_of(answer: Plan) -> Result:
    """The plan in the form that all reports have."""
    question = answer.question
    chosen: dict[str, Any] = asdict(question)
    chosen["currency_per_ether"] = str(question.currency_per_ether)
    return Result(
        title="The budget of a house",
        summary=_summary(answer),
        parameters=chosen,
        numbers=answer.to_json(),
        figures=(_tank(answer),),
        tables=(_amounts(answer), _elsewhere(answer)),
        seed=question.seed,
    )


def _summary(answer: Plan) -> tuple[str, ...]:
    question = answer.question
    return (
        f"{question.players:,} players make {question.contributions_per_day:,.0f} contributions a "
        f"day. A day costs the house {answer.in_currency(answer.daily_cost.mean_wei):,} in its "
        "currency, and in the worst of 100 runs "
        f"{answer.in_currency(answer.daily_cost.worst_wei):,}.",
        f"The relayer gets back {answer.share_reimbursed:.1%} of its gas, after "
        f"{answer.reimbursed_after_s / 3_600:.1f} hours on average; rewards pay "
        f"{answer.share_from_rewards:.1%} of the fees.",
    )


def _tank(answer: Plan) -> Figure:
    line = answer.tank_line
    step = answer.question.days / len(line)
    return Figure(
        name="tank",
        title="What the tank must have held so far",
        axis="days",
        values_axis="ether",
        at=tuple(index * step for index in range(len(line))),
        lines=(Line("needed", tuple(wei / _ETHER for wei in line), "house"),),
        note="The first run: stakes and reserves of what is open, and fees beyond rewards.",
    )


def _amounts(answer: Plan) -> Table:
    rows = {
        "tank": answer.tank,
        "daily limit": answer.day_outflow,
        "cost of a day": answer.daily_cost,
        "gas of a day": answer.daily_gas,
        "laid out by the relayer": answer.relayer_float,
    }
    return Table(
        title="Amounts",
        header=("", "usually, ether", "1 in 100 is worse, ether", "usually", "1 in 100 is worse"),
        rows=tuple((name, *_cells(answer, spread)) for name, spread in rows.items()),
        note=f"The last two columns at {answer.question.currency_per_ether} for an ether.",
    )


def _cells(answer: Plan, spread: Spread) -> tuple[str, ...]:
    amounts = (spread.mean_wei, spread.worst_wei)
    ether = tuple(f"{wei / _ETHER:,.4f}" for wei in amounts)
    return (*ether, *(f"{answer.in_currency(wei):,}" for wei in amounts))


def _elsewhere(answer: Plan) -> Table:
    return Table(
        title="The same game at typical prices",
        header=("chain", "base fee, gwei", "cost of a day", "tank, ether"),
        rows=tuple(
            (
                row.name,
                f"{row.base_fee_wei / _GWEI:g}",
                f"{answer.in_currency(row.estimate.daily_cost_wei):,}",
                f"{row.estimate.tank_wei / _ETHER:,.4f}",
            )
            for row in answer.prices
        ),
        note="Round figures, by formulas; what rollups charge for data is left out.",
    )
