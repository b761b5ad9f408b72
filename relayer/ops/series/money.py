"""Plots about money: out and back, the tank and its end, gas, fees, stakes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from relayer.ops.series.curves import (
    COUNT,
    ETHER_OF_GWEI,
    ETHER_OF_WEI,
    GAS,
    GWEI_OF_WEI,
    Curve,
    Plot,
    Value,
)
from relayer.ops.series.reading import SpanReader, ratios
from relayer.series.names import Level, Series
from relayer.store.statuses import TransactionKind


def out_and_back(reader: SpanReader) -> Plot:
    """What was paid for gas, what came back, and what is still to come."""
    spent, earned = reader.total(Series.GAS_WEI), reader.total(Series.EARNED_WEI)
    gaps = [back - out for out, back in zip(accumulate(spent), accumulate(earned), strict=True)]
    curves = (
        Curve("gas paid", spent, ETHER_OF_WEI, "step"),
        Curve("fees credited", earned, ETHER_OF_WEI, "step"),
        Curve("taken out", reader.total(Series.WITHDRAWN_WEI), ETHER_OF_WEI, "step"),
        Curve("gain so far", gaps, ETHER_OF_WEI),
        Curve("open claims", reader.levels(Level.CLAIMS_GWEI), ETHER_OF_GWEI),
    )
    times, expected = _gain_to_come(reader, gaps)
    return Plot(
        "money",
        "Money out and back",
        "Gas that the relayer paid, fees that it was credited, what its signers took out, what "
        "they gained or lost since the left edge, fees set aside for what is open, and the gain "
        "at the pace of this range of time, as far ahead again.",
        [*reader.times, *times],
        (
            *(_longer(curve, len(times)) for curve in curves),
            Curve("gain, expected", expected, ETHER_OF_WEI, "dashes"),
        ),
    )


def tank(reader: SpanReader, gwei_per_h: int | None) -> Plot:
    """The tank and the signers, and where the tank ends at today's pace.

    Args:
        reader: of the span.
        gwei_per_h: what the tank loses an hour; None: not known.
    """
    available = reader.levels(Level.TANK_AVAILABLE_GWEI)
    curves = (
        Curve("tank, available", available, ETHER_OF_GWEI),
        Curve("tank, reserved", reader.levels(Level.TANK_RESERVED_GWEI), ETHER_OF_GWEI),
        Curve("signers", reader.levels(Level.SIGNER_GWEI), ETHER_OF_GWEI),
    )
    times, expected = _projection(reader, available, gwei_per_h)
    return Plot(
        "tank",
        "Tank and signers",
        "What the tank may spend and has set aside, what the signers hold, and the tank at the "
        "pace of the last hours.",
        [*reader.times, *times],
        (
            *(_longer(curve, len(times)) for curve in curves),
            Curve("tank, expected", expected, ETHER_OF_GWEI, "dashes"),
        ),
    )


def gas(reader: SpanReader) -> Plot:
    """Gas for one contribution, adding and settling."""
    used = reader.sums(Series.GAS)
    nothing = [0] * len(reader.times)
    adding = ratios(used.get(TransactionKind.ADD, nothing), reader.total(Series.CONFIRMED))
    settling = [
        sum(parts)
        for parts in zip(
            used.get(TransactionKind.SETTLE, nothing),
            used.get(TransactionKind.VALIDATE, nothing),
            strict=True,
        )
    ]
    return Plot(
        "gas",
        "Gas for one contribution",
        "All gas of adding for one that took effect, and of settling for one that was settled.",
        reader.times,
        (
            Curve("adding", adding, GAS),
            Curve("settling", ratios(settling, reader.total(Series.SETTLED)), GAS),
        ),
    )


def prices(reader: SpanReader) -> Plot:
    """The base fee, and what was paid for a unit of gas."""
    paid = ratios(reader.total(Series.GAS_WEI), reader.total(Series.GAS))
    return Plot(
        "prices",
        "Base fee and price paid",
        "The base fee as the worker saw it last, and what a unit of gas cost on the average.",
        reader.times,
        (
            Curve("base fee", reader.levels(Level.BASE_FEE_WEI), GWEI_OF_WEI),
            Curve("paid", paid, GWEI_OF_WEI),
        ),
    )


def stakes(reader: SpanReader) -> Plot:
    """How many contributions were refunded and forfeited, and the stakes that were lost."""
    settled, lost = reader.sums(Series.SETTLED), reader.sums(Series.STAKE_WEI)
    nothing = [0] * len(reader.times)
    return Plot(
        "stakes",
        "Refunds and forfeits",
        "Contributions that were settled, by outcome, and stakes that the sponsor lost.",
        reader.times,
        (
            Curve("refunded", settled.get("refunded", nothing), COUNT, "step"),
            Curve("forfeited", settled.get("forfeited", nothing), COUNT, "step"),
            Curve("stakes lost", lost.get("forfeited", nothing), ETHER_OF_WEI),
        ),
    )


def _projection(
    reader: SpanReader, available: Sequence[Value], gwei_per_h: int | None
) -> tuple[list[int], list[Value]]:
    """Times to come and the expected tank, from the last known level to zero or as far as the span.

    The line is straight, so its ends say everything; those in the past are unknown.
    """
    known = [place for place, value in enumerate(available) if value is not None]
    expected: list[Value] = [None] * len(reader.times)
    if not known or not gwei_per_h:
        return [], expected
    start_gwei, start = int(available[known[-1]] or 0), reader.times[known[-1]]
    expected[known[-1]] = start_gwei
    length_s = reader.times[-1] - reader.times[0]
    empty_s = start_gwei * 3_600 // gwei_per_h
    ahead_s = max(1, min(empty_s, length_s))
    left_gwei = max(0, start_gwei - gwei_per_h * ahead_s // 3_600)
    end = max(start + ahead_s, reader.times[-1] + 1)
    return [end], [*expected, left_gwei]


def _gain_to_come(reader: SpanReader, gaps: Sequence[int]) -> tuple[list[int], list[Value]]:
    """A time to come and the expected gain, on a straight line from now on."""
    unknown: list[Value] = [None] * (len(gaps) - 1)
    if not any(gaps):
        return [], [*unknown, None]
    length_s = reader.times[-1] - reader.times[0]
    return [reader.times[-1] + length_s], [*unknown, gaps[-1], 2 * gaps[-1]]


def _longer(curve: Curve, by: int) -> Curve:
    return Curve(curve.label, [*curve.values, *[None] * by], curve.unit, curve.style)
