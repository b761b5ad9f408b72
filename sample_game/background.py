"""What the game does while nobody asks for it, in one process of a database at a time."""

import fcntl
import logging
import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Final

from relayer.clock import Clock
from sample_game.errors import GameError

_log = logging.getLogger(__name__)

#: Where an app keeps the one that it started, so that whoever built the app can stop it.
EXTENSION: Final = "hunch-background"
#: Seconds that stopping waits for a turn, and between two looks whether the lock is free.
_STOP_S: Final = 10.0
_LOCK_EVERY_S: Final = 1.0


class Background:
    """A thread that takes turns.

    Args:
        turns: what is done in each, one after the other; one that fails waits for the next time.
        database: the game's; a lock beside it keeps other processes waiting.
        pause_s: between two turns; after a long turn ten times as long as that took.
        clock: measures turns.
    """

    def __init__(
        self, turns: Sequence[Callable[[], None]], database: Path, pause_s: float, clock: Clock
    ) -> None:
        self._turns = turns
        self._lock = database.with_name(f"{database.name}.background.lock")
        self._pause_s = pause_s
        self._clock = clock
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hunch-background", daemon=True)

    @property
    def is_running(self) -> bool:
        """Whether turns are taken, or waited for."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Take no more turns; returns when the one under way is over, or takes too long."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(_STOP_S)

    def _run(self) -> None:
        with self._lock.open("w") as lock:
            while not self._stopped.is_set() and not _is_taken(lock):
                self._stopped.wait(_LOCK_EVERY_S)
            pause_s = 0.0
            while not self._stopped.wait(pause_s):
                pause_s = self._take_turns()

    def _take_turns(self) -> float:
        """Take a turn of each kind and return how long to pause."""
        began_at = self._clock.monotonic()
        for turn in self._turns:
            try:
                turn()
            except (GameError, sqlite3.Error) as error:
                _log.warning("Put off to the next turn: %s", error)
        return max(self._pause_s, 10 * (self._clock.monotonic() - began_at))


def _is_taken(lock: IO[str]) -> bool:
    """Take a lock if it is free; without waiting, so that whoever waits can be stopped."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
