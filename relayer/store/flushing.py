"""Brings committed transactions to the disk: those of many threads with one flush.

A commit that waits for the disk holds the write lock meanwhile, and everybody else waits with it.
In WAL mode the two can be parted (https://sqlite.org/wal.html, section 3): with
``synchronous=NORMAL`` a commit only writes to the log, and whoever must know that it survives a
power failure flushes the log afterwards, without the lock, once for all that came before.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

from relayer.errors import StoreError


class LogFlush:
    """Flushes the log of one database; safe to share between threads.

    Args:
        database: the database file, in WAL mode; this process holds it open while it flushes.
        rewrite: copies the whole log into the database and flushes both; tells whether it could.
        sync: flushes an open file.
    """

    def __init__(
        self,
        database: Path,
        rewrite: Callable[[], bool],
        sync: Callable[[int], None] = os.fdatasync,
    ) -> None:
        self._log = database.with_name(f"{database.name}-wal")
        self._rewrite = rewrite
        self._sync = sync
        self._turns = threading.Condition()
        self._begun = 0
        self._done = 0  #: the last turn that succeeded
        self._is_running = False
        self._is_sound = True
        self._file: int | None = None

    def open(self) -> None:
        """Open the log before anything is committed to it, if it is not open yet.

        Linux tells of a write that failed whoever had the file open then, each once.
        """
        if self._file is None and self._log.exists():
            with self._turns:
                self._opened()

    def flush(self) -> None:
        """Return when everything that was committed before this call is on the disk.

        Raises:
            StoreError: the disk does not take it; what was committed may be lost or not.
        """
        with self._turns:
            # A turn that is under way may have begun before the commit; the next one covers it.
            wanted = self._begun + 1
            while self._done < wanted:
                if self._is_running:
                    self._turns.wait()
                else:
                    self._take_turn()

    def close(self) -> None:
        """Close the log, not under a flush that uses it; a later flush opens it again."""
        with self._turns:
            while self._is_running:
                self._turns.wait()
            self._close()

    def _take_turn(self) -> None:
        """Flush for all who wait. When it fails, the next of them tries for itself."""
        self._begun += 1
        turn, self._is_running = self._begun, True
        self._turns.release()
        try:
            self._flush()
        finally:
            self._turns.acquire()
            self._is_running = False
            self._turns.notify_all()
        self._done = turn

    def _flush(self) -> None:
        try:
            if not self._is_sound and not self._rewrite():
                raise OSError("the log could not be copied while others use it")
            self._sync(self._opened())
        except (OSError, sqlite3.Error) as error:
            # Linux forgets what it failed to write: the next flush would succeed without it. What
            # is in the log then counts only once it has been written anew, into the database.
            self._is_sound = False
            raise StoreError(
                f"cannot flush {self._log}: {error}; the disk does not answer as it should: look "
                "at the system's log"
            ) from error
        self._is_sound = True

    def _opened(self) -> int:
        """The log, opened again when it is another file than before."""
        found = self._log.stat()
        if self._file is not None and os.fstat(self._file).st_ino != found.st_ino:
            self._close()
        if self._file is None:
            self._file = os.open(self._log, os.O_RDWR | os.O_CLOEXEC)
        return self._file

    def _close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
