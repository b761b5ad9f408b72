"""Connections to the game's database, one per thread, and transactions that do not deadlock."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

#: How long a writer waits for another one before it gives up.
_BUSY_TIMEOUT_S: Final = 15.0


class Connections:
    """Opens one connection per thread and process; every operation is one short transaction.

    The file is in WAL mode with ``synchronous=NORMAL``: a killed process loses nothing, a power
    cut may lose the last moments but leaves no damage. What must not be lost (signed clues that
    were accepted) is with the house by then, and the page sends again what got no answer.

    Args:
        path: the database file; created when it does not exist.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._writing = threading.Lock()

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection, opened on first use; a child process opens its own."""
        if getattr(self._local, "process_id", None) != os.getpid():
            self._local.connection = self._open()
            self._local.process_id = os.getpid()
        connection: sqlite3.Connection = self._local.connection
        return connection

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Hold the write lock for a block; commit at its end, roll back when it raises.

        A block inside a block joins the outer one.
        """
        connection = self.connection
        if connection.in_transaction:
            yield connection
            return
        # A lock wakes the next thread at once; SQLite would let it sleep and look again.
        with self._writing:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close the connections of all threads; a thread that goes on opens a new one."""
        with self._lock:
            for connection in self._opened:
                connection.close()
            self._opened.clear()
            self._local = threading.local()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
        )
        connection.row_factory = sqlite3.Row
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")
        with self._lock:
            self._opened.append(connection)
        return connection


class Room:
    """A group of tables; each of its methods joins the transaction that surrounds the call."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.connection
