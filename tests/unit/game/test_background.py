"""What the game does while nobody asks: by one process at a time, until it is stopped."""

from __future__ import annotations

import threading
from pathlib import Path

from relayer.clock import SystemClock
from sample_game.app import create_app
from sample_game.background import EXTENSION, Background
from sample_game.settings import GameSettings
from tests.stand_in_relayer import StandInRelayer, serving

WITHIN_S = 10.0


def background(folder: Path, taken: threading.Event) -> Background:
    """Turns that tell that they are taken."""
    return Background((taken.set,), folder / "hunch.db", 0.01, SystemClock())


def test_only_one_takes_turns_and_the_next_one_begins_when_it_stops(tmp_path: Path) -> None:
    taken_by_first, taken_by_second = threading.Event(), threading.Event()
    first, second = background(tmp_path, taken_by_first), background(tmp_path, taken_by_second)
    first.start()
    assert taken_by_first.wait(WITHIN_S)
    second.start()
    assert not taken_by_second.is_set()
    first.stop()
    assert taken_by_second.wait(WITHIN_S)
    second.stop()


def test_one_that_waits_for_its_turn_can_be_stopped(tmp_path: Path) -> None:
    taken = threading.Event()
    first = background(tmp_path, taken)
    first.start()
    assert taken.wait(WITHIN_S)
    waiting = background(tmp_path, threading.Event())
    waiting.start()
    waiting.stop()
    assert not waiting.is_running
    first.stop()


def test_whoever_builds_an_app_that_follows_the_house_can_stop_it(tmp_path: Path) -> None:
    with serving(StandInRelayer().app()) as relayer_url:
        settings = GameSettings(database=tmp_path / "hunch.db", relayer_url=relayer_url)
        app = create_app(settings, follow_house=True)
        running: Background = app.extensions[EXTENSION]
        assert running.is_running
        running.stop()
        assert not running.is_running
