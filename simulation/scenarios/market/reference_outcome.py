"""What the reference's market came to, as numbers and figures."""

from typing import Final

import numpy as np

from simulation.result import Figure, Line, Result
from simulation.scenarios.market.parameters import CONTRIBUTORS, role_of
from simulation.scenarios.market.reference import ReferenceRun, Setting

_POINTS: Final = 200
_DAY_S: Final = 86_400
#: How far behind the last contribution the figure puts what the market pays.
_PAID_AFTER: Final = 1.04


def result_of_reference(run: ReferenceRun, seed: int, seconds: float) -> Result:
    """Make numbers and figures of a run.

    Args:
        run: a run of the reference's own setting and contributors.
        seed: what it was drawn from.
        seconds: how long it took.
    """
    names = [each.name for each in CONTRIBUTORS]
    staked = np.bincount(run.participation.authors, minlength=len(names))
    starts = np.array([each.start_units for each in CONTRIBUTORS])
    ends = (starts - staked + np.array(run.sharing.balances)) / starts
    setting = Setting()
    numbers = {
        "seconds": round(seconds, 3),
        "accuracy_start": run.accuracy_start,
        "accuracy_end": run.accuracy_end,
        "balances": dict(zip(names, ends.tolist(), strict=True)),
        "contributions": dict(zip(names, staked.tolist(), strict=True)),
        "passes": run.sharing.passes,
        "survivors": len(run.sharing.survivors),
        "bounty_paid": run.sharing.paid,
        "participation_days": float(run.participation.at_s[-1]) / _DAY_S,
        "scoring_accuracy_start": float(run.accuracies[0]),
        "scoring_accuracy_end": float(run.accuracies[-1]),
    }
    return Result(
        title=f"The reference's prediction market, seed {seed}",
        summary=(
            "Decision by decision what 0xDeCA10B's simulation does, with its random stream and "
            "its books, in which bad contributors gain.",
        ),
        parameters={"exact": True, "seed": seed, **vars(setting), "contributors": names},
        numbers=numbers,
        figures=(_balances(run, starts, ends), _accuracy(run)),
        seed=seed,
    )


def _balances(run: ReferenceRun, starts: np.ndarray, ends: np.ndarray) -> Figure:
    count = len(run.participation.authors)
    at = np.linspace(0, count, _POINTS).astype(int)
    lines = []
    for number, each in enumerate(CONTRIBUTORS):
        staked = np.concatenate([[0], np.cumsum(run.participation.authors == number)])[at]
        values = (*((starts[number] - staked) / starts[number] * 100), ends[number] * 100)
        lines.append(Line(each.name, tuple(map(float, values)), role_of(each)))
    return Figure(
        "balances",
        "Balances while the market takes stakes, and paid",
        "contributions",
        "% of the start",
        (*map(float, at), count * _PAID_AFTER),
        tuple(lines),
        note="The last point is what everybody has when the market has paid.",
        reference=100.0,
    )


def _accuracy(run: ReferenceRun) -> Figure:
    at = np.linspace(0, len(run.accuracies) - 1, 2 * _POINTS).astype(int)
    return Figure(
        "accuracy",
        "Accuracy of the market's model in the replay",
        "contributions",
        "% right",
        tuple(map(float, at)),
        (Line("on the pieces that score", tuple((run.accuracies[at] * 100).tolist()), "model"),),
        note="The simulator's own model never learns, and what it plots last is its accuracy.",
    )
