"""Plots about what goes through: the queue, the time that each step takes, what failed."""

from __future__ import annotations

from typing import Final

from relayer.ops.series.curves import COUNT, SECONDS, Curve, Plot, Value
from relayer.ops.series.reading import SpanReader
from relayer.series.names import DURATIONS, Level, Series

_PERCENTS: Final = (50, 90, 99)
_TITLES: Final = {
    Series.QUEUED_SENT: ("Queued to sent", "From acceptance to the first broadcast."),
    Series.SENT_MINED: ("Sent to mined", "From the first broadcast until a block was seen."),
    Series.MINED_CONFIRMED: ("Mined to confirmed", "From that block until it counted as final."),
    Series.CONFIRMED_SETTLED: ("Confirmed to settled", "From there to the end of the stake."),
}
#: Reasons that get a curve of their own; the others are one together.
_MOST_REASONS: Final = 4


def queue(reader: SpanReader) -> Plot:
    """How many wait, and how long the oldest has."""
    return Plot(
        "queue",
        "Queue",
        "Requests that wait to be sent, and transactions that no block holds, at the end of each "
        "step; and the longest wait of the oldest.",
        reader.times,
        (
            Curve("queued", reader.levels(Level.QUEUE_DEPTH), COUNT),
            Curve("in flight", reader.levels(Level.IN_FLIGHT), COUNT),
            Curve("oldest waits", reader.highest(Level.QUEUE_AGE_S), SECONDS),
        ),
    )


def durations(reader: SpanReader) -> list[Plot]:
    """How long each step of a contribution's life takes."""
    return [_duration(reader, name) for name in DURATIONS]


def failures(reader: SpanReader) -> Plot:
    """What came to a bad end, by reason, the most frequent first."""
    sums = reader.sums(Series.ENDED)
    ranked = sorted(sums, key=lambda reason: (-sum(sums[reason]), reason))
    named, others = ranked[:_MOST_REASONS], ranked[_MOST_REASONS:]
    curves = [Curve(reason, sums[reason], COUNT, "step") for reason in named]
    if others:
        rest: list[Value] = [
            sum(values) for values in zip(*(sums[reason] for reason in others), strict=True)
        ]
        curves.append(Curve("other reasons", rest, COUNT, "step"))
    if not curves:
        curves = [Curve("failed", [0] * len(reader.times), COUNT, "step")]
    return Plot(
        "failures",
        "Failures by reason",
        "Contributions that failed, expired or were cancelled.",
        reader.times,
        curves,
    )


def _duration(reader: SpanReader, name: Series) -> Plot:
    title, note = _TITLES[name]
    values = reader.percentiles(name, _PERCENTS)
    curves = [
        Curve(f"p{percent}", of_percent, SECONDS)
        for percent, of_percent in zip(_PERCENTS, values, strict=True)
    ]
    return Plot(name.replace("_", "-"), title, note, reader.times, curves)
