"""Connections to the database file, one per thread, and transactions that do not deadlock."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from relayer.errors import StoreError
from relayer.store.faults import remedy_of
from relayer.store.flushing import LogFlush
from relayer.store.writer_queue import WriterQueue

#: How long a writer waits for another writer before it gives up.
BUSY_TIMEOUT_S = 30.0

_ELSEWHERE = "point the setting 'database' to a file in a writable folder"


@dataclass(frozen=True, slots=True)
class _Opened:
    """What one thread works with."""

    thread: threading.Thread
    process_id: int
    connection: sqlite3.Connection
    queue: WriterQueue

    @property
    def is_abandoned(self) -> bool:
        """Whether its thread has ended; what a parent process opened is not ours to close."""
        return self.process_id == os.getpid() and not self.thread.is_alive()

    def close(self) -> None:
        self.connection.close()
        self.queue.close()


class Connections:
    """Opens one connection per thread and process to one database file.

    Every write is durable when it returns: the file is in WAL mode with ``synchronous=FULL``,
    because a signed transaction that was broadcast must never be forgotten, not even when the
    power fails. Only `quick_transaction` leaves that to a later `flush`.

    Threads come and go: what an ended one had open is closed when the next one begins.

    Args:
        path: the database file; created, with its folder, when it does not exist.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._opened: list[_Opened] = []
        self._lock = threading.Lock()
        self._log = LogFlush(path, self._rewrite_log)
        self._has_log = False

    @property
    def database(self) -> Database:
        """This thread's connection, opened on first use.

        A connection must not cross a fork, so a child process opens its own.

        Raises:
            StoreError: the file cannot be opened as a database.
        """
        local = self._local
        if getattr(local, "process_id", None) != os.getpid():
            connection = self._open()
            local.queue = WriterQueue(self.path.with_name(self.path.name + "-writers"))
            local.database = Database(connection, execute_plugins=False)
            local.process_id = os.getpid()
            self._note(_Opened(threading.current_thread(), os.getpid(), connection, local.queue))
        database: Database = local.database
        return database

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Run the block as one transaction that holds the write lock from its first line.

        ``BEGIN IMMEDIATE`` waits for the lock; a deferred ``BEGIN`` that later turns into a write
        fails at once with "database is locked" when another writer was faster. A block inside a
        block joins the outer transaction. An error undoes everything.
        """
        connection = self.database.conn
        if connection.in_transaction:
            yield connection
            return
        with self._local.queue:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Run the block over one state of the database, whatever others write meanwhile.

        It keeps no writer waiting, and must not write itself. Inside a transaction it is that of
        the transaction.
        """
        connection = self.database.conn
        if connection.in_transaction:
            yield connection
            return
        connection.execute("BEGIN DEFERRED")
        try:
            yield connection
        finally:
            connection.rollback()

    @contextmanager
    def quick_transaction(self) -> Iterator[sqlite3.Connection]:
        """Run the block as `transaction` does, but do not wait for the disk.

        What it wrote survives the end of the process at once, a failure of the power only after
        `flush`: promise nothing before that.
        """
        connection = self.database.conn
        if not self._has_log or connection.in_transaction:
            with self.transaction():
                yield connection
            return
        self._log.open()
        connection.execute("PRAGMA synchronous=NORMAL")
        try:
            with self.transaction():
                yield connection
        finally:
            connection.execute("PRAGMA synchronous=FULL")

    def flush(self) -> None:
        """Return when every transaction that ended before this call is on the disk.

        Raises:
            StoreError: the disk does not take it.
        """
        if self._has_log:
            self._log.flush()

    def close(self) -> None:
        """Close the connections of all threads; a thread that goes on opens a new one."""
        self._log.close()
        with self._lock:
            for opened in self._opened:
                opened.close()
            self._opened.clear()
            self._local = threading.local()

    def _rewrite_log(self) -> bool:
        busy: int = self.database.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        return not busy

    def _note(self, opened: _Opened) -> None:
        """Keep what was opened, for `close`, and close what ended threads have left behind."""
        with self._lock:
            abandoned = [each for each in self._opened if each.is_abandoned]
            for each in abandoned:
                self._opened.remove(each)
                each.close()
            self._opened.append(opened)

    def _open(self) -> sqlite3.Connection:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(
                self.path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
            )
            connection.row_factory = sqlite3.Row
            mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
            for pragma in ("synchronous=FULL", "foreign_keys=ON"):
                connection.execute(f"PRAGMA {pragma}")
        except (OSError, sqlite3.Error) as error:
            remedy = remedy_of(error) or _ELSEWHERE
            raise StoreError(f"cannot open the database {self.path}: {error}; {remedy}") from error
        self._has_log = mode == "wal"
        return connection
