"""What a run of self-assessment found, in numbers, figures and sentences."""

from collections.abc import Mapping
from dataclasses import asdict
from statistics import fmean
from typing import Any, Final

from simulation.agents.agent import Agent
from simulation.result import Figure, Line, Result, Table
from simulation.scenarios.house_report import (
    gas_table,
    house_figure,
    house_numbers,
    house_sentence,
)
from simulation.scenarios.self_assessment.outcome import Outcome, Point
from simulation.scenarios.self_assessment.parameters import (
    PUBLISHED_AGENTS,
    UNIT_WEI,
    SelfAssessmentScenario,
)
from simulation.scenarios.self_assessment.relayed import Relayed

TITLE: Final = "Self-assessment: who profits"


def result_of(
    scenario: SelfAssessmentScenario,
    outcome: Outcome,
    relayed: Relayed | None = None,
    *,
    seconds: float,
    replayed: int | None = None,
) -> Result:
    """The result of a run.

    Args:
        scenario: what was run.
        outcome: how it went.
        relayed: what a house would have spent; None: the reference's rules know no gas.
        seconds: how long it took.
        replayed: transactions in which the contracts did it again; None: they did not.
    """
    agents = PUBLISHED_AGENTS if scenario.exact else scenario.agents
    numbers, summary = _numbers(outcome, seconds), _summary(agents, outcome)
    figures = [_balances(agents, outcome.points), _accuracy(outcome.points)]
    tables = [_counts(outcome.counts)]
    if relayed is not None:
        numbers |= _relayed_numbers(agents, outcome, relayed)
        beginning = "A relayer that brought all of it would have spent"
        summary += (house_sentence(numbers["house"], beginning),)
        figures.append(house_figure(relayed.house.history))
        tables.append(gas_table(relayed.house.units, relayed.contributions))
    if replayed is not None:
        numbers["replayed_transactions"] = replayed
        summary += (
            f"The real contracts did the same in {replayed:,} transactions: every purse is equal "
            "to the wei, and the model bit for bit.",
        )
    return Result(
        title=f"{TITLE}, the reference's rules" if scenario.exact else TITLE,
        summary=summary,
        parameters=_parameters(scenario, agents),
        numbers=numbers,
        figures=tuple(figures),
        tables=tuple(tables),
        seed=scenario.seed,
    )


def _numbers(outcome: Outcome, seconds: float) -> dict[str, Any]:
    start, end = outcome.points[0], outcome.points[-1]
    numbers = {
        "seconds": round(seconds, 3),
        "accuracy_start": start.accuracy,
        "accuracy_end": end.accuracy,
        "accuracy_min": min(outcome.measured),
        "accuracy_max": max(outcome.measured),
        "accuracy_mean": fmean(outcome.measured),
        "balances": dict(end.shares),
        "days": end.day,
        "counts": dict(outcome.counts),
    }
    if end.averaged_accuracy is not None:
        numbers["averaged_accuracy_end"] = end.averaged_accuracy
        numbers["left_wei"] = outcome.left_wei
    return numbers


def _relayed_numbers(
    agents: tuple[Agent, ...], outcome: Outcome, relayed: Relayed
) -> dict[str, Any]:
    shares = outcome.points[-1].shares
    house = house_numbers(relayed.house.history, relayed.house.units, relayed.contributions)
    return {
        "balances_after_fees": {
            each.name: shares[each.name]
            - relayed.fees_wei.get(each.name, 0) / (each.start_units * UNIT_WEI)
            for each in agents
        },
        "house": {**house, "batches": relayed.batches, "tank_wei": relayed.tank_wei},
    }


def _parameters(scenario: SelfAssessmentScenario, agents: tuple[Agent, ...]) -> dict[str, Any]:
    chosen = asdict(scenario)
    del chosen["agents"], chosen["seed"]
    if scenario.exact:
        for name in ("mechanism", "learning_rate", "block_s", "settle_every_s", "prices"):
            del chosen[name]
    named = {each.name: _described(each) for each in agents}
    return {**chosen, "agents": named}


def _described(agent: Agent) -> dict[str, Any]:
    described = asdict(agent)
    del described["name"]
    described["behaviour"] = {"kind": type(agent.behaviour).__name__, **described["behaviour"]}
    return described


def _summary(agents: tuple[Agent, ...], outcome: Outcome) -> tuple[str, ...]:
    start, end = outcome.points[0], outcome.points[-1]
    ends = "; ".join(f"{each.name} ends with {end.shares[each.name]:.1%}" for each in agents)
    return (
        f"After {end.day:.0f} days: {ends} of what it had at the start.",
        f"The model labels {start.accuracy:.1%} of the test set rightly at the start and "
        f"{end.accuracy:.1%} at the end.",
    )


def _balances(agents: tuple[Agent, ...], points: tuple[Point, ...]) -> Figure:
    lines = tuple(
        Line(
            each.name,
            tuple(point.shares[each.name] * 100 for point in points),
            "good" if each.behaviour.is_good else "bad",
        )
        for each in agents
    )
    return Figure(
        name="balances",
        title="Balances",
        axis="days",
        values_axis="% of the start",
        at=tuple(point.day for point in points),
        lines=lines,
        note="Without the stakes of contributions that are open.",
        reference=100.0,
    )


def _accuracy(points: tuple[Point, ...]) -> Figure:
    lines = [Line("the model", tuple(point.accuracy * 100 for point in points), "model")]
    averaged = [
        point.averaged_accuracy * 100 for point in points if point.averaged_accuracy is not None
    ]
    if averaged:
        lines.append(Line("the mean of its past weights", tuple(averaged), "other"))
    return Figure(
        name="accuracy",
        title="Accuracy on the test set",
        axis="days",
        values_axis="% right",
        at=tuple(point.day for point in points),
        lines=tuple(lines),
    )


def _counts(counts: Mapping[str, int]) -> Table:
    return Table(
        "What happened how often",
        ("what", "times"),
        tuple((k, f"{n:,}") for k, n in counts.items()),
    )
