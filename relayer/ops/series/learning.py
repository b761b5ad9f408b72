"""Plots about one trainer: how well its model knew what came, and what a stake cost."""

from __future__ import annotations

from relayer.ops.series.curves import COUNT, ETHER_OF_GWEI, PERCENT, Curve, Plot, Value
from relayer.ops.series.reading import SpanReader
from relayer.series.names import Level, Series


def accuracy(reader: SpanReader, trainer: str) -> Plot:
    """How often the model gave the label of a contribution before it learnt from it."""
    nothing = [0] * len(reader.times)
    tried = reader.sums(Series.TRIED).get(trainer, nothing)
    right = reader.sums(Series.RIGHT).get(trainer, nothing)
    percents: list[Value] = [
        100 * part / whole if whole > 0 else None for part, whole in zip(right, tried, strict=True)
    ]
    return Plot(
        "accuracy",
        "Accuracy",
        "How often the model gave a contribution's label before it learnt from it, by the time at "
        "which the contribution was added.",
        reader.times,
        (Curve("right", percents, PERCENT), Curve("contributions", tried, COUNT, "step")),
    )


def stake(reader: SpanReader, trainer: str) -> Plot:
    """What a contribution would have put down at the end of each step."""
    values = reader.levels(Level.STAKE_GWEI, only=trainer)
    return Plot(
        "stake",
        "Stake",
        "What a contribution would put down, as the worker saw it last in each step.",
        reader.times,
        (Curve("stake", values, ETHER_OF_GWEI),),
    )
