"""What the game does while nobody asks for it, in one process of a database at a time."""

import fcntl
import logging
import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from relayer.clock import Clock
from sample_game.errors import GameError

_log = logging.getLogger(__name__)


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

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Take no more turns."""
        self._stopped.set()

    def _run(self) -> None:
        with self._lock.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            while not self._stopped.wait(self._take_turns()):
                pass

    def _take_turns(self) -> float:
        """Take a turn of each kind and return how long to pause."""
        began_at = self._clock.monotonic()
        for turn in self._turns:
            try:
                turn()
            except (GameError, sqlite3.Error) as error:
                _log.warning("Put off to the next turn: %s", error)
        return max(self._pause_s, 10 * (self._clock.monotonic() - began_at))
