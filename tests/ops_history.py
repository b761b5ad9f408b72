"""Series of weeks, as a worker would have written them, for pages that are looked at."""

from __future__ import annotations

import math
from typing import Final

from relayer.intake.fees import GWEI
from relayer.series.histogram import bucket_of
from relayer.series.names import DAY_S, DURATIONS, KEEP_S, Level, MarkKind, Series
from relayer.store import Store
from relayer.store.series import Mark

ETHER: Final = 10**18
KINDS: Final = ("add", "settle", "credit", "withdrawal", "validate")
REASONS: Final = ("nonce-used", "bad-signature", "unfit", "fee-above-max", "expired", "cancelled")
_ADD: Final = "INSERT OR REPLACE INTO series VALUES (?, ?, ?, ?, ?, ?)"
_NOTE: Final = "INSERT OR REPLACE INTO levels VALUES (?, ?, ?, ?, ?, ?, ?)"


def fill_history(store: Store, now: float, days: int = 31, buckets: int = 12) -> None:
    """Write series and levels of days, as many rows as a busy house has.

    Args:
        store: a migrated store.
        now: where they end.
        days: how far back they go.
        buckets: in which durations of one step of time fall.
    """
    sums, levels = [], []
    for step_s, keep_s in KEEP_S.items():
        first = now - min(keep_s or days * DAY_S, days * DAY_S)
        for at in range(int(first // step_s) * step_s, int(now) + 1, step_s):
            sums += [(*row[:1], step_s, at, *row[1:]) for row in _happened(at, step_s, buckets)]
            levels += [(name, step_s, at, *rest) for name, *rest in _stood(at, now)]
    with store.transaction() as connection:
        connection.executemany(_ADD, sums)
        connection.executemany(_NOTE, levels)
    store.series.mark(
        [
            Mark(now - 5 * DAY_S, MarkKind.VERSION, "version 0.1.0"),
            Mark(now - 7_200, MarkKind.PAUSE, "sending paused: the node was moved"),
            Mark(now - 5_400, MarkKind.RESUME, "sending resumed"),
        ]
    )


def _busy(at: int) -> float:
    """How much is played: by day more than by night."""
    return 1.0 + 0.6 * math.sin(2 * math.pi * at / DAY_S)


def _happened(at: int, step_s: int, buckets: int) -> list[tuple[str, str, int, int]]:
    count = int(40 * _busy(at) * step_s / 60)
    rows: list[tuple[str, str, int, int]] = [
        (Series.CONFIRMED, "", count, 0),
        (Series.SETTLED, "refunded", count * 9 // 10, 0),
        (Series.SETTLED, "forfeited", count // 10, 0),
        (Series.STAKE_WEI, "forfeited", count * 100, 0),
        (Series.EARNED_WEI, "rewards", count * 9_000, 5),
        (Series.EARNED_WEI, "tank", count * 24_000, 5),
        (Series.WITHDRAWN_WEI, "", count * 20_000, 0),
    ]
    for place, kind in enumerate(KINDS):
        gas = count * 16_000 // (1 + 3 * place)
        rows += [(Series.GAS, kind, gas, 0), (Series.GAS_WEI, kind, gas * 5 // 4, 7)]
    rows += [
        (Series.ENDED, reason, max(1, count // (60 + 20 * place)), 0)
        for place, reason in enumerate(REASONS)
    ]
    for place, name in enumerate(DURATIONS):
        typical_s = (0.4, 6.0, 24.0, 3_600.0)[place]
        rows += [
            (name, bucket_of(typical_s * 1.35**step), max(1, count // 2**step), 0)
            for step in range(buckets)
        ]
    return rows


def _stood(at: int, now: float) -> list[tuple[str, str, int, int, int]]:
    depth, left = int(120 * _busy(at)), int((now - at) * 3_000 + 2 * GWEI)
    stands = [
        (Level.TANK_AVAILABLE_GWEI, "", left),
        (Level.TANK_RESERVED_GWEI, "", GWEI // 3),
        (Level.SPONSOR_GWEI, "", left + GWEI // 2),
        (Level.CLAIMS_GWEI, "", int(GWEI // 4 * _busy(at))),
        (Level.CLAIMS, "", depth * 40),
        (Level.SIGNER_GWEI, "0x1563915e194D8CfBA1943570603F7606A3115508", GWEI // 5),
        (Level.QUEUE_DEPTH, "contribution", depth),
        (Level.QUEUE_DEPTH, "validation", depth // 4),
        (Level.QUEUE_AGE_S, "contribution", depth // 20),
        (Level.IN_FLIGHT, "", depth // 40),
        (Level.BASE_FEE_WEI, "", int(GWEI * _busy(at))),
    ]
    return [(name, label, value, value, value) for name, label, value in stands]
