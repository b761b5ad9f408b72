"""A machine whose clock can be set wrong: all processes read the same offset from a file."""

from __future__ import annotations

import time
from pathlib import Path

from relayer.clock import SystemClock


class WrongClock:
    """The hands of the machine's clock, for the harness.

    Args:
        path: the file that the processes read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.set(0.0)

    def set(self, offset_s: float) -> None:
        """Let the clock go wrong by this much from now on."""
        beside = self._path.with_suffix(".new")
        beside.write_text(repr(offset_s), "utf-8")
        beside.replace(self._path)


def install(path: Path) -> None:
    """Let every injected clock of this process tell the time of the wrong clock."""

    def now(self: SystemClock) -> float:
        return time.time() + float(path.read_text("utf-8"))

    SystemClock.now = now  # type: ignore[method-assign]
