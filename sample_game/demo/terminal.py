"""What the demo shows: lines, and on a terminal one line that is refreshed in place."""

import os
import shutil
import sys
from typing import TextIO

PREFIX = "demo | "
_CYAN, _PLAIN = "\033[36m", "\033[0m"
_ERASE_LINE = "\r\033[K"


class Terminal:
    """Writes to a terminal with colour and a live line, to anything else with plain lines."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = sys.stdout if stream is None else stream
        self._is_terminal = self._stream.isatty()
        self._has_colour = self._is_terminal and not os.environ.get("NO_COLOR")
        self._live_line_shown = False

    @property
    def is_live(self) -> bool:
        """Whether a live line is refreshed in place."""
        return self._is_terminal

    def say(self, text: str) -> None:
        """Write a line that stays."""
        self._end_live_line()
        self._write(f"{self._prefix()}{text}\n")

    def show(self, text: str) -> None:
        """Write text as it is, such as a table."""
        self._end_live_line()
        self._write(f"{text}\n")

    def refresh(self, text: str) -> None:
        """Replace the live line; where that is not possible, write another line."""
        if not self._is_terminal:
            self.say(text)
            return
        # A line that wraps cannot be replaced.
        fitting = text[: shutil.get_terminal_size().columns - len(PREFIX) - 1]
        self._write(f"{_ERASE_LINE}{self._prefix()}{fitting}")
        self._live_line_shown = True

    def _end_live_line(self) -> None:
        if self._live_line_shown:
            self._write("\n")
            self._live_line_shown = False

    def _prefix(self) -> str:
        return f"{_CYAN}{PREFIX}{_PLAIN}" if self._has_colour else PREFIX

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
