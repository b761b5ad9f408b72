"""The tank now, and how long it lasts at the paces of several ranges of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from relayer.intake.fees import GWEI
from relayer.ops.verdicts.pace import BURN_WINDOW_S, TankPace, tank_pace
from relayer.series.names import DAY_S, HOUR_S, MINUTE_S, TEN_MINUTES_S
from relayer.store import Store

#: Beyond this nobody needs a date.
MOST_H: Final = 10 * 365 * 24

_WINDOWS: Final = (
    ("the last hour", HOUR_S, MINUTE_S),
    ("the last 6 hours, as the home page", BURN_WINDOW_S, TEN_MINUTES_S),
    ("the last day", DAY_S, TEN_MINUTES_S),
    ("the last week", 7 * DAY_S, TEN_MINUTES_S),
)


@dataclass(frozen=True, slots=True)
class Runway:
    """How long the tank lasts at the pace of one range of time."""

    words: str
    pace: TankPace | None  #: None: it was not watched for long enough
    available_gwei: int
    now: float

    @property
    def hours(self) -> int | None:
        """Whole hours that are left; None: nothing is spent, or nobody knows."""
        if self.pace is None or self.pace.gwei_per_h == 0:
            return None
        return self.available_gwei // self.pace.gwei_per_h

    @property
    def is_endless(self) -> bool:
        """Whether the end is too far away for a date."""
        return self.hours is not None and self.hours > MOST_H

    @property
    def ends_at(self) -> float | None:
        """When the tank runs dry, unix seconds."""
        if self.pace is None or self.hours is None or self.is_endless:
            return None
        return self.now + self.available_gwei * HOUR_S // self.pace.gwei_per_h


def read_runways(store: Store, available_wei: int, now: float) -> Sequence[Runway]:
    """Return how long what is available lasts, one for each range of time."""
    return [
        Runway(words, tank_pace(store, now, window_s, step_s), available_wei // GWEI, now)
        for words, window_s, step_s in _WINDOWS
    ]
