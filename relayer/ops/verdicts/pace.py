"""At which pace money is spent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from relayer.intake.fees import GWEI
from relayer.series.names import HOUR_S, MINUTE_S, TEN_MINUTES_S, Level, Series
from relayer.store import Store

#: How far back the pace is taken that verdicts go by.
BURN_WINDOW_S: Final = 6 * HOUR_S
#: With less than this nothing is said about a pace.
LEAST_BURN_WINDOW_S: Final = TEN_MINUTES_S


@dataclass(frozen=True, slots=True)
class Burn:
    """At which pace money is spent; None: not known yet."""

    tank_gwei_per_h: int | None
    signers_gwei_per_h: int | None


@dataclass(frozen=True, slots=True)
class TankPace:
    """At which pace the tank lost money for good."""

    gwei_per_h: int
    watched_s: int  #: over which it was taken


def read_burn(store: Store, now: float) -> Burn:
    """Return at which pace money is spent, by the last hours."""
    pace = tank_pace(store, now, BURN_WINDOW_S)
    if pace is None:
        return Burn(None, None)
    since, until = now - BURN_WINDOW_S, now + MINUTE_S
    spent_wei = _total(store, Series.GAS_WEI, since, until)
    spent_wei -= _total(store, Series.WITHDRAWN_WEI, since, until)
    return Burn(
        tank_gwei_per_h=pace.gwei_per_h,
        signers_gwei_per_h=max(0, spent_wei // GWEI * HOUR_S // pace.watched_s),
    )


def tank_pace(
    store: Store, now: float, window_s: int, step_s: int = TEN_MINUTES_S
) -> TankPace | None:
    """Return at which pace the tank lost money; None: it has been watched for too short a time.

    Args:
        store: the database.
        now: unix seconds.
        window_s: how far back it is taken; less where the tank was not watched for so long.
        step_s: the steps of time that are read.
    """
    stands = store.series.stands(Level.SPONSOR_GWEI, step_s, now - window_s, now + MINUTE_S)
    if not stands or now - stands[0].at < LEAST_BURN_WINDOW_S:
        return None
    watched_s = int(now - stands[0].at)
    lost_gwei = _losses([stand.last for stand in stands])
    return TankPace(lost_gwei * HOUR_S // watched_s, watched_s)


def _losses(levels: Sequence[int]) -> int:
    """What was lost step by step; a deposit between two steps does not hide it."""
    return sum(max(0, before - after) for before, after in pairwise(levels))


def _total(store: Store, name: Series, since: float, until: float) -> int:
    return sum(point.value for point in store.series.points(name, TEN_MINUTES_S, since, until))
