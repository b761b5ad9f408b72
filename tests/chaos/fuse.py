"""Kills the process it runs in, by SIGKILL, at a place in the relayer's own code.

The interpreter's trace function tells which line comes next, so no line of the product knows of it.
A fuse blows before or after a function that is named, or after a number of lines of some rooms.
"""

from __future__ import annotations

import inspect
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

Trace = Callable[[FrameType, str, Any], Any]


class Moment(StrEnum):
    """On which side of a function."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True)
class Point:
    """A function, and the side of it on which the process dies at the `count`-th time."""

    module: str
    function: str
    moment: Moment
    count: int = 1

    def __str__(self) -> str:
        return f"{self.moment} {self.module}:{self.function}"

    def code(self) -> CodeType:
        """The function's code.

        Raises:
            AttributeError: there is no such function (any more).
        """
        found: Any = import_module(self.module)
        for name in self.function.split("."):
            found = inspect.getattr_static(found, name)
        code: CodeType = inspect.unwrap(found).__code__
        return code


@dataclass(frozen=True)
class Lines:
    """The `count`-th line that is reached in these folders of the repository."""

    folders: tuple[str, ...]
    count: int

    def __str__(self) -> str:
        return f"line {self.count} in {', '.join(self.folders)}"


Spot = Point | Lines


def to_text(spot: Spot) -> str:
    """The spot for an environment variable."""
    return json.dumps({type(spot).__name__: asdict(spot)})


def from_text(text: str) -> Spot:
    """The reverse of `to_text`."""
    ((kind, fields),) = json.loads(text).items()
    if kind == Point.__name__:
        return Point(**fields | {"moment": Moment(fields["moment"])})
    return Lines(**fields | {"folders": tuple(fields["folders"])})


def install(spot: Spot, note: Path) -> None:
    """Kill this process, with its whole group, when it gets to the spot.

    Args:
        spot: where.
        note: file that tells the harness where it happened.
    """
    fuse = _Fuse(spot.count, note)
    trace = _at_point(spot, fuse) if isinstance(spot, Point) else _at_lines(spot, fuse)
    threading.settrace(trace)
    sys.settrace(trace)


class _Fuse:
    """Counts, and blows."""

    def __init__(self, count: int, note: Path) -> None:
        self._left = count
        self._note = note

    def touch(self, frame: FrameType) -> None:
        """One more time at the spot."""
        self._left -= 1
        if self._left == 0:
            self._note.write_text(f"{frame.f_code.co_qualname}, line {frame.f_lineno}", "utf-8")
            os.killpg(os.getpgrp(), signal.SIGKILL)


def _at_point(point: Point, fuse: _Fuse) -> Trace:
    wanted = point.code()

    def on_return(frame: FrameType, event: str, argument: Any) -> Any:
        if event == "return":
            fuse.touch(frame)
        return on_return

    def on_call(frame: FrameType, event: str, argument: Any) -> Any:
        if frame.f_code is not wanted:
            return None
        if point.moment is Moment.BEFORE:
            fuse.touch(frame)
            return None
        return on_return

    return on_call


def _at_lines(lines: Lines, fuse: _Fuse) -> Trace:
    inside: dict[CodeType, bool] = {}

    def on_line(frame: FrameType, event: str, argument: Any) -> Any:
        if event == "line":
            fuse.touch(frame)
        return on_line

    def on_call(frame: FrameType, event: str, argument: Any) -> Any:
        code = frame.f_code
        if code not in inside:
            inside[code] = any(f"/{folder}/" in code.co_filename for folder in lines.folders)
        return on_line if inside[code] else None

    return on_call
