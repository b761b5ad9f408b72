"""How far a simulation is, told while it runs.

The bar is redrawn on terminals only: a pipe or a log gets nothing.
"""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self, TextIO

#: Told the share of the work that is done, from 0 to 1.
Progress = Callable[[float], None]

_WIDTH: Final = 30
_REDRAWN_AFTER_S: Final = 0.1


def untold(_: float) -> None:
    """Tells nobody."""


class ProgressBar:
    """A bar with the time that is left; called with the share that is done.

    Args:
        label: what is going on.
        stream: where it is drawn, usually standard error.
        clock: seconds of a clock that never goes back.
    """

    def __init__(
        self, label: str, stream: TextIO, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._label = label
        self._stream = stream
        self._clock = clock
        self._started_at = clock()
        self._drawn_at: float | None = None
        self._shown = stream.isatty()

    def __call__(self, share: float) -> None:
        """Show the share that is done, unless that was just shown."""
        now = self._clock()
        early = self._drawn_at is not None and now - self._drawn_at < _REDRAWN_AFTER_S
        if not self._shown or (early and share < 1):
            return
        self._drawn_at = now
        self._stream.write("\r" + self._picture(min(max(share, 0.0), 1.0), now) + "\x1b[K")
        self._stream.flush()

    def __enter__(self) -> Self:
        """Show that nothing is done yet."""
        self(0.0)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the bar away, so that what follows begins on a line of its own."""
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def _picture(self, share: float, now: float) -> str:
        full = round(share * _WIDTH)
        bar = "#" * full + "-" * (_WIDTH - full)
        return f"{self._label} [{bar}] {share:4.0%}{self._time_left(share, now)}"

    def _time_left(self, share: float, now: float) -> str:
        if share <= 0 or share >= 1:
            return ""
        return f", {(now - self._started_at) * (1 - share) / share:.0f} s left"
