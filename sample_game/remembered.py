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
    """

    def __init__(self, ask: Callable[[], Value], lasts_s: float, clock: Clock) -> None:
        self._ask = ask
        self._lasts_s = lasts_s
        self._clock = clock
        self._kept: tuple[float, Value] | None = None
        self._asking = threading.Lock()

    def get(self) -> Value:
        """Return the value, asking at most once at a time."""
        kept = self._kept
        if kept is not None and (self._clock.monotonic() < kept[0] or self._asking.locked()):
            return kept[1]
        with self._asking:
            if self._kept is None or self._clock.monotonic() >= self._kept[0]:
                self._kept = (self._clock.monotonic() + self._lasts_s, self._ask())
            return self._kept[1]

    def forget(self) -> None:
        """Ask again the next time."""
        self._kept = None
