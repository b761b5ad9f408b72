"""Shows how far a long command is: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

from typing import Final, Protocol, TextIO

from relayer.clock import Clock

_BAR_WIDTH: Final = 30
_BAR_EVERY_S: Final = 0.1
_LINE_EVERY_S: Final = 5.0


class Progress(Protocol):
    """Is told how far each stage is."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Note that `done` of `total` are done."""
        ...


def silence(stage: str, done: int, total: int) -> None:
    """Show nothing."""


class ShownProgress:
    """Writes to a stream.

    Args:
        stream: where to; standard error as a rule.
        clock: tells when it is time to write again.
        is_terminal: whether one line is drawn over and over.
    """

    def __init__(self, stream: TextIO, clock: Clock, *, is_terminal: bool) -> None:
        self._stream = stream
        self._clock = clock
        self._is_terminal = is_terminal
        self._stage = ""
        self._written_at = float("-inf")
        self._width = 0

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Write, unless something of the same stage was written just now."""
        now = self._clock.now()
        pause_s = _BAR_EVERY_S if self._is_terminal else _LINE_EVERY_S
        if stage == self._stage and done < total and now - self._written_at < pause_s:
            return
        if self._is_terminal and self._stage and stage != self._stage:
            self._stream.write("\n")
        self._stage, self._written_at = stage, now
        text = f"{stage}: {done:,} of {total:,}"
        if self._is_terminal:
            filled = _BAR_WIDTH * done // max(1, total)
            text = f"[{'#' * filled}{'.' * (_BAR_WIDTH - filled)}] {text}"
            self._stream.write("\r" + text.ljust(self._width))
            self._width = len(text)
        else:
            self._stream.write(text + "\n")
        self._stream.flush()

    def end(self) -> None:
        """Leave the bar's line."""
        if self._is_terminal and self._stage:
            self._stream.write("\n")
            self._stream.flush()
