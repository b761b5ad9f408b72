"""Time as a parameter, so that tests turn the hands themselves."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Tells the time and lets it pass."""

    def now(self) -> float:
        """Return the current time in unix seconds."""
        ...

    def sleep(self, duration_s: float) -> None:
        """Return after ``duration_s`` seconds have passed on this clock."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> float:
        """Return the current time in unix seconds."""
        return time.time()

    def sleep(self, duration_s: float) -> None:
        """Block the calling thread for ``duration_s`` seconds."""
        time.sleep(duration_s)


class ManualClock:
    """A clock that stands still until it is told to move; for tests and simulations.

    Args:
        started_at: the time it shows at first, in unix seconds.
    """

    def __init__(self, started_at: float = 1_700_000_000.0) -> None:
        self._now = started_at

    def now(self) -> float:
        """Return the time that the hands show, in unix seconds."""
        return self._now

    def sleep(self, duration_s: float) -> None:
        """Advance at once instead of waiting."""
        self.advance(duration_s)

    def advance(self, duration_s: float) -> None:
        """Move the hands forward by ``duration_s`` seconds."""
        if duration_s < 0:
            raise ValueError("time does not run backwards: duration_s must not be negative")
        self._now += duration_s
