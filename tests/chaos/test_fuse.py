"""Fuses blow where they were laid, and every named point is still in the code."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.chaos import fuse, points
from tests.chaos.fuse import Lines, Moment, Point, Spot

#: Lays the fuse of its arguments, then goes two steps and tells of each.
PROGRAM = """
import os, sys
from pathlib import Path
from relayer.clock import ManualClock
from tests.chaos import fuse
os.setsid()
fuse.install(fuse.from_text(sys.argv[1]), Path(sys.argv[2]))
clock = ManualClock()
print("made", flush=True)
clock.advance(1.0)
print("moved", flush=True)
"""
CLOCK = "relayer.clock"


def blow(spot: Spot, note: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", PROGRAM, fuse.to_text(spot), str(note)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize(
    ("spot", "reached"),
    [
        (Point(CLOCK, "ManualClock.advance", Moment.BEFORE), ["made"]),
        (Point(CLOCK, "ManualClock.advance", Moment.AFTER), ["made"]),
        (Point(CLOCK, "ManualClock.advance", Moment.AFTER, count=2), ["made", "moved"]),
        (Point(CLOCK, "ManualClock.__init__", Moment.AFTER), []),
        (Lines(("relayer",), count=1), []),
        (Lines(("relayer/watch",), count=1), ["made", "moved"]),
    ],
)
def test_a_process_dies_at_the_spot_and_nowhere_else(
    tmp_path: Path, spot: Spot, reached: list[str]
) -> None:
    note = tmp_path / "note"
    ended = blow(spot, note)
    assert ended.stdout.split() == reached, ended.stderr
    lives = reached == ["made", "moved"]
    assert ended.returncode == (0 if lives else -signal.SIGKILL)
    assert note.exists() != lives


@pytest.mark.parametrize("point", [*points.WORKER.values(), *points.WEB.values()], ids=str)
def test_every_named_point_is_a_function_of_the_relayer(point: Point) -> None:
    assert point.code().co_qualname == point.function
    assert fuse.from_text(fuse.to_text(point)) == point


@pytest.mark.parametrize("folder", [*points.WORKER_FOLDERS, *points.WEB_FOLDERS])
def test_every_named_folder_holds_code(folder: str) -> None:
    assert list((Path(__file__).parents[2] / folder).glob("*.py"))
