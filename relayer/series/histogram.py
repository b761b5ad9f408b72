"""Durations in buckets that can be added up, and percentiles of them.

Two buckets for each doubling, from a millisecond on, so that a percentile is off by a fifth at
most. The number of a bucket is a label in the store: what one hour counted and what another did
are merged by adding.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from typing import Final

LEAST_S: Final = 0.001
#: Upper bounds in seconds; the last one is about 69 days.
BOUNDS_S: Final = tuple(LEAST_S * 2 ** (number / 2) for number in range(66))


def bucket_of(duration_s: float) -> str:
    """Return the label of the bucket that holds a duration; one below zero counts as none."""
    return str(min(bisect_left(BOUNDS_S, duration_s), len(BOUNDS_S) - 1))


def percentile_s(counts: Mapping[str, int], percent: float) -> float | None:
    """Return a percentile, in seconds; None when nothing was counted.

    Within a bucket durations are taken to lie evenly.

    Args:
        counts: by bucket; what was taken back elsewhere may have left a zero.
        percent: 0 to 100.
    """
    total = sum(counts.values())
    if total <= 0:
        return None
    wanted, before = total * percent / 100, 0
    for number in sorted(map(int, counts)):
        count = counts[str(number)]
        if count > 0 and before + count >= wanted:
            lower = BOUNDS_S[number - 1] if number else 0.0
            return lower + (BOUNDS_S[number] - lower) * (wanted - before) / count
        before += count
    return BOUNDS_S[-1]
