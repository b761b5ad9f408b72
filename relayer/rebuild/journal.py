"""The file that downloaded events are kept in, so that a long download goes on where it stopped.

One SQLite file for one trainer. Pieces are added whole, each with the hash of its last block: what
a reorganisation has replaced is noticed by that hash and taken out again. Several processes may
share a file.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from relayer.chain.answers import Log
from relayer.chain.node import Node
from relayer.rebuild.errors import JournalError
from relayer.rebuild.event_reader import Piece

#: Pieces whose hashes are kept; older ones are merged.
KEPT_PIECES: Final = 64
_TOPIC_BYTES: Final = 32
_LOCK_TIMEOUT_S: Final = 30.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS identity (content TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS pieces (
    first INTEGER PRIMARY KEY, last INTEGER NOT NULL, last_hash TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS events (
    block_number INTEGER NOT NULL, log_index INTEGER NOT NULL, address TEXT NOT NULL,
    topics BLOB NOT NULL, data BLOB NOT NULL, transaction_hash TEXT NOT NULL,
    PRIMARY KEY (block_number, log_index)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS events_by_topics ON events (topics, block_number, log_index);
"""


@dataclass(frozen=True)
class Identity:
    """Whose events a file holds."""

    chain_id: int
    trainer: str
    data_handler: str
    classifier: str
    first_block: int


class Journal:
    """Downloaded events in chain order.

    Args:
        path: the file, made when it is not there; None: a temporary one.

    Raises:
        JournalError: the file is something else, or cannot be opened.
    """

    def __init__(self, path: Path | None) -> None:
        self._name = "a temporary file" if path is None else str(path)
        self._lock = threading.RLock()
        try:
            # Without a name SQLite spills to a file of its own, which vanishes when it is closed.
            self._connection = sqlite3.connect(
                "" if path is None else path,
                isolation_level=None,
                check_same_thread=False,
                timeout=30.0,
            )
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise JournalError(
                f"{self._name} cannot be used for downloaded events ({error}). Name another file."
            ) from error

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @property
    def identity(self) -> Identity | None:
        """Whose events these are; None for a new file."""
        row = self._one("SELECT content FROM identity")
        return None if row is None else Identity(**json.loads(str(row[0])))

    def claim(self, identity: Identity) -> None:
        """Say whose events the file holds; the first call decides.

        Raises:
            JournalError: the file holds the events of another trainer.
        """
        with self._transaction() as connection:
            known = self.identity
            if known is None:
                connection.execute(
                    "INSERT INTO identity VALUES (?)", (json.dumps(asdict(identity)),)
                )
            elif known != identity:
                raise JournalError(
                    f"{self._name} holds the events of trainer {known.trainer} on chain "
                    f"{known.chain_id} from block {known.first_block} on, not those asked for. "
                    "Name another file, or delete it."
                )

    @property
    def last_block(self) -> int | None:
        """The last block whose events are all here; None for a new file."""
        row = self._one("SELECT max(last) FROM pieces")
        return None if row is None or row[0] is None else int(row[0])

    def add(self, piece: Piece) -> bool:
        """Add a piece that follows the last one; tell whether it did follow."""
        with self._transaction() as connection:
            last = self.last_block
            if last is not None and piece.first != last + 1:
                return False
            connection.execute(
                "INSERT INTO pieces VALUES (?, ?, ?)", (piece.first, piece.last, piece.last_hash)
            )
            connection.executemany(
                "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)",
                [_row(log) for log in piece.logs],
            )
            self._merge_oldest(connection)
        return True

    def clear(self) -> None:
        """Forget all events: they are not to be trusted. The file keeps its trainer."""
        with self._transaction() as connection:
            connection.execute("DELETE FROM pieces")
            connection.execute("DELETE FROM events")

    def drop_replaced(self, node: Node) -> int:
        """Take out the newest pieces that the chain has replaced; tell how many.

        Raises:
            NodeError: the node does not answer.
        """
        dropped = 0
        while True:
            row = self._one("SELECT first, last, last_hash FROM pieces ORDER BY last DESC LIMIT 1")
            if row is None:
                return dropped
            first, last, last_hash = row
            block = node.block(int(last))
            if block is not None and block.hash == last_hash:
                return dropped
            with self._transaction() as connection:
                connection.execute("DELETE FROM pieces WHERE last >= ?", (last,))
                connection.execute("DELETE FROM events WHERE block_number >= ?", (first,))
            dropped += 1

    def events(self, up_to_block: int) -> Iterator[Log]:
        """All events in chain order, up to a block."""
        # The cursor is read row by row: a long history is never in memory at once.
        rows = self._connection.execute(
            "SELECT * FROM events WHERE block_number <= ? ORDER BY block_number, log_index",
            (up_to_block,),
        )
        for row in rows:
            yield _log(row)

    def events_of(self, address: str, up_to_block: int) -> Iterator[Log]:
        """The events of one contract in chain order, up to a block."""
        rows = self._connection.execute(
            "SELECT * FROM events WHERE block_number <= ? AND lower(address) = ? "
            "ORDER BY block_number, log_index",
            (up_to_block, address.lower()),
        )
        for row in rows:
            yield _log(row)

    def events_with(self, topics: tuple[bytes, ...], up_to_block: int) -> list[Log]:
        """The few events that have exactly these topics, in chain order, up to a block."""
        rows = self._connection.execute(
            "SELECT * FROM events INDEXED BY events_by_topics "
            "WHERE topics = ? AND block_number <= ? ORDER BY block_number, log_index",
            (b"".join(topics), up_to_block),
        )
        return [_log(row) for row in rows]

    def last_with(self, topic: bytes, up_to_block: int) -> int | None:
        """The greatest second topic, as a number, of the events with this first one."""
        row = self._connection.execute(
            "SELECT max(topics) FROM events WHERE topics >= ? AND topics < ? AND block_number <= ?",
            (topic, topic + b"\xff" * _TOPIC_BYTES, up_to_block),
        ).fetchone()
        return None if row[0] is None else int.from_bytes(row[0][_TOPIC_BYTES:], "big")

    def _merge_oldest(self, connection: sqlite3.Connection) -> None:
        rows = connection.execute("SELECT first, last FROM pieces ORDER BY last").fetchall()
        if len(rows) <= KEPT_PIECES:
            return
        (first, _), (second, _) = rows[0], rows[1]
        connection.execute("DELETE FROM pieces WHERE first = ?", (first,))
        connection.execute("UPDATE pieces SET first = ? WHERE first = ?", (first, second))

    def _one(self, query: str) -> tuple[Any, ...] | None:
        try:
            row: tuple[Any, ...] | None = self._connection.execute(query).fetchone()
        except sqlite3.Error as error:
            raise JournalError(f"{self._name} cannot be read ({error}). Delete it.") from error
        return row

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")


def _row(log: Log) -> tuple[Any, ...]:
    topics = b"".join(log.topics)
    place = (log.block_number, log.log_index)
    return (*place, log.address, topics, log.data, log.transaction_hash)


def _log(row: tuple[Any, ...]) -> Log:
    block_number, log_index, address, topics, data, transaction_hash = row
    return Log(
        address=address,
        topics=tuple(
            topics[start : start + _TOPIC_BYTES] for start in range(0, len(topics), _TOPIC_BYTES)
        ),
        data=data,
        block_number=block_number,
        transaction_hash=transaction_hash,
        log_index=log_index,
    )
