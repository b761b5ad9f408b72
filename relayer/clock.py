"""Time as a parameter, so that tests turn the hands themselves."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Tells the time and lets it pass."""

    def now(self) -> float:
        """Return the time in unix seconds; it jumps when somebody sets the machine's clock."""
        ...

    def monotonic(self) -> float:
        """Return seconds since some moment; it never jumps, so durations are measured with it."""
        ...

    def sleep(self, duration_s: float) -> None:
        """Return after ``duration_s`` seconds have passed on this clock."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> float:
        """Return the current time in unix seconds."""
        return time.time()

    def monotonic(self) -> float:
        """Return seconds since some moment."""
        return time.monotonic()

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
        self._elapsed = 0.0

    def now(self) -> float:
        """Return the time that the hands show, in unix seconds."""
        return self._now

    def monotonic(self) -> float:
        """Return how far the hands were moved forward, in seconds."""
        return self._elapsed

    def sleep(self, duration_s: float) -> None:
        """Advance at once instead of waiting."""
        self.advance(duration_s)

    def advance(self, duration_s: float) -> None:
        """Move the hands forward by ``duration_s`` seconds."""
        if duration_s < 0:
            raise ValueError("time does not run backwards: duration_s must not be negative")
        self._now += duration_s
        self._elapsed += duration_s

    def jump(self, by_s: float) -> None:
        """Set the hands, as an operator or a time server does: no time passes."""
        self._now += by_s
