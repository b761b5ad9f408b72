"""What a game found, in numbers, figures and sentences."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from simulation.result import Figure, Line, Result, Table
from simulation.scenarios.game.outcome import Outcome
from simulation.scenarios.game.parameters import GameScenario
from simulation.scenarios.house_report import (
    gas_table,
    house_figure,
    house_numbers,
    house_sentence,
)

_TITLES: Final = {
    "self-assessment": "The word game under self-assessment",
    "gamified": "The word game with players who confirm each other",
}


def result_of(scenario: GameScenario, outcome: Outcome, *, seconds: float) -> Result:
    """The result of a game that took some seconds to simulate."""
    numbers = _numbers(scenario, outcome, seconds)
    chosen = asdict(scenario)
    del chosen["seed"]
    return Result(
        title=_TITLES[scenario.mechanism],
        summary=_summary(scenario, outcome, numbers),
        parameters=chosen,
        numbers=numbers,
        figures=(
            _balances(outcome, is_gamified=scenario.is_gamified),
            _accuracy(outcome),
            house_figure(outcome.house),
        ),
        tables=(_by_role(outcome), gas_table(outcome.gas_units, outcome.contributions)),
        seed=scenario.seed,
    )


def _numbers(scenario: GameScenario, outcome: Outcome, seconds: float) -> dict[str, Any]:
    start, end = outcome.checkpoints[0], outcome.checkpoints[-1]
    return {
        "seconds": round(seconds, 3),
        "accuracy_start": start.top1,
        "accuracy_end": end.top1,
        "top5_end": end.top5,
        "balances": {role: round(purse.share, 6) for role, purse in outcome.purses.items()},
        "points": {role: purse.points for role, purse in outcome.purses.items()},
        "late_of_true": outcome.late_share(is_true=True),
        "late_of_false": outcome.late_share(is_true=False),
        "contributions": outcome.contributions,
        "refused": outcome.refused.total(),
        "batches": outcome.batches,
        "house": {
            **house_numbers(outcome.house, outcome.gas_units, outcome.contributions),
            "forfeited_wei": outcome.forfeited_wei,
            "to_players_wei": outcome.to_players_wei,
            "tank_wei": outcome.tank_wei,
        },
    }


def _summary(scenario: GameScenario, outcome: Outcome, numbers: dict[str, Any]) -> tuple[str, ...]:
    sentences = [
        f"After {outcome.contributions:,} contributions in {outcome.batches:,} batches the model "
        f"finds {numbers['accuracy_end']:.1%} of the words from clues that nobody played with, and "
        f"has {numbers['top5_end']:.1%} of them among its first five.",
        house_sentence(numbers["house"]),
    ]
    late = numbers["late_of_false"]
    if late is not None:
        ends = "were not confirmed by anybody" if scenario.is_gamified else "lost their stake"
        sentences.append(
            f"Of the false contributions {late:.1%} {ends}, of the true ones "
            f"{numbers['late_of_true'] or 0:.1%}."
        )
    return tuple(sentences)


def _accuracy(outcome: Outcome) -> Figure:
    points = outcome.checkpoints
    return Figure(
        name="accuracy",
        title="How well the model guesses",
        axis="contributions",
        values_axis="share of held-out rounds",
        at=tuple(float(point.contributions) for point in points),
        lines=(
            Line("first guess right", tuple(point.top1 for point in points), "model"),
            Line("among the first five", tuple(point.top5 for point in points)),
        ),
        note="Measured with clues that nobody played with.",
    )


def _balances(outcome: Outcome, *, is_gamified: bool) -> Figure:
    """What each group has won so far; under self-assessment what it would have won with own money.

    The last point is when all is settled.
    """
    rows = outcome.standings
    what = "points for a contribution" if is_gamified else "% of what was staked for them"
    return Figure(
        name="balances",
        title="Who gains",
        axis="contributions settled",
        values_axis=what,
        at=tuple(float(row.settled) for row in rows),
        lines=tuple(
            Line(
                role,
                tuple(row.points[role] if is_gamified else 100 * row.shares[role] for row in rows),
                "good" if role == "honest" else "bad" if role == "liars" else "other",
            )
            for role in outcome.purses
        ),
        note="Of contributions that are settled, refunds and rewards taken together."
        if not is_gamified
        else "Of contributions that are settled; nobody stakes anything here.",
        reference=None if is_gamified else 100.0,
    )


def _by_role(outcome: Outcome) -> Table:
    rows = []
    for role, purse in outcome.purses.items():
        ends = dict.fromkeys((False, True), 0)
        for (of_role, _, is_late), count in outcome.ends.items():
            ends[is_late] += count if of_role == role else 0
        cells = (f"{ends[False]:,}", f"{ends[True]:,}", f"{purse.points:,}", f"{purse.share:.1%}")
        rows.append((role, *cells))
    return Table(
        title="By how players behave",
        header=("players", "agreed or confirmed", "neither", "points", "back of what was staked"),
        rows=tuple(rows),
        note="The sponsor puts down the stakes; what comes back above them are players' rewards.",
    )
