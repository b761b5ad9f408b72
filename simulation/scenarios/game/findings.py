"""What a game found, in numbers, figures and sentences."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from simulation.result import Figure, Line, Result, Table
from simulation.scenarios.game.outcome import Outcome
from simulation.scenarios.game.parameters import GameScenario

_ETHER: Final = 10**18
_HOUR_S: Final = 3_600
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
        figures=(_accuracy(outcome), _money(outcome)),
        tables=(_by_role(outcome),),
        seed=scenario.seed,
    )


def _numbers(scenario: GameScenario, outcome: Outcome, seconds: float) -> dict[str, Any]:
    start, end, house = outcome.checkpoints[0], outcome.checkpoints[-1], outcome.house[-1]
    return {
        "seconds": round(seconds, 3),
        "accuracy_start": start.top1,
        "accuracy_end": end.top1,
        "top5_end": end.top5,
        "balances": {role: round(purse.share, 6) for role, purse in outcome.purses.items()},
        "points": {role: purse.points for role, purse in outcome.purses.items()},
        "late_of_true": outcome.late_share(is_true=True),
        "late_of_false": outcome.late_share(is_true=False),
        "batches": outcome.batches,
        "house": {
            "gas_wei": house.gas_wei,
            "credited_wei": house.credited_wei,
            "from_rewards_wei": house.from_rewards_wei,
            "forfeited_wei": outcome.forfeited_wei,
            "to_players_wei": outcome.to_players_wei,
            "tank_wei": outcome.tank_wei,
            "share_reimbursed": round(house.credited_wei / house.gas_wei, 6),
            "share_from_rewards": round(house.from_rewards_wei / house.credited_wei, 6),
            "gas_per_contribution_wei": house.gas_wei // scenario.contributions,
        },
    }


def _summary(scenario: GameScenario, outcome: Outcome, numbers: dict[str, Any]) -> tuple[str, ...]:
    house = numbers["house"]
    sentences = [
        f"After {scenario.contributions:,} contributions in {outcome.batches:,} batches the model "
        f"finds {numbers['accuracy_end']:.1%} of the words from clues that nobody played with, and "
        f"has {numbers['top5_end']:.1%} of them among its first five.",
        f"The relayer spent {house['gas_wei'] / _ETHER:.6f} ether on gas and got back "
        f"{house['share_reimbursed']:.1%}; rewards paid {house['share_from_rewards']:.1%} of that.",
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


def _money(outcome: Outcome) -> Figure:
    house = outcome.house
    return Figure(
        name="house",
        title="The house's money",
        axis="hours",
        values_axis="ether",
        at=tuple(each.at / _HOUR_S for each in house),
        lines=(
            Line("spent on gas", tuple(each.gas_wei / _ETHER for each in house), "bad"),
            Line("came back as fees", tuple(each.credited_wei / _ETHER for each in house), "house"),
            Line("of these from rewards", tuple(each.from_rewards_wei / _ETHER for each in house)),
        ),
        note="Fees come back in the reward stage; the tank pays what rewards do not.",
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
