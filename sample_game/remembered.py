"""An answer that is good for a while, so that a thousand pages ask the house once."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from relayer.clock import Clock

Value = TypeVar("Value")


class Remembered(Generic[Value]):
    """Keeps what a function returned for some seconds; safe to share between threads.

    Once there is a value nobody waits: while one thread asks anew, the others get the old one.

    Args:
        ask: gets a fresh value; what it raises passes through and nothing is kept.
        lasts_s: how long a value is good.
        clock: measures when it no longer is.
        pause_factor: a value is good for so many times as long as asking took, if that is longer.
    """

    def __init__(
        self, ask: Callable[[], Value], lasts_s: float, clock: Clock, pause_factor: float = 0.0
    ) -> None:
        self._ask = ask
        self._lasts_s = lasts_s
        self._clock = clock
        self._pause_factor = pause_factor
        self._kept: tuple[float, Value] | None = None
        self._asking = threading.Lock()

    def get(self) -> Value:
        """Return the value, asking at most once at a time."""
        kept = self._kept
        if kept is not None and (self._clock.monotonic() < kept[0] or self._asking.locked()):
            return kept[1]
        with self._asking:
            if self._kept is None or self._clock.monotonic() >= self._kept[0]:
                began_at = self._clock.monotonic()
                value = self._ask()
                ended_at = self._clock.monotonic()
                pause_s = self._pause_factor * (ended_at - began_at)
                self._kept = (ended_at + max(self._lasts_s, pause_s), value)
            return self._kept[1]

    def forget(self) -> None:
        """Ask again the next time."""
        self._kept = None
