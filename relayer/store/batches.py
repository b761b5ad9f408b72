"""Batches and their settlements.

Status changes of a batch (see ``status_transitions`` in ``schema.sql``)::

    prepared -> sent -> mined -> confirmed -> closed
    prepared | sent | mined -> failed (its transaction had no effect)
    mined    -> sent (reorganisation)
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from relayer.store.connection import Connections
from relayer.store.statuses import BatchStatus


@dataclass(frozen=True, slots=True)
class Batch:
    """Contributions that go out in one transaction."""

    id: int
    transaction_id: int
    trainer: str
    item_count: int
    status: BatchStatus
    chain_batch_id: int | None
    header: str | None  #: JSON
    terms: str | None  #: JSON
    records: bytes | None
    open_map: str | None  #: hex: bit i = record i is not yet settled
    added_at: int | None
    due_at: int | None
    closed_at: float | None

    @classmethod
    def from_row(cls, row: sqlite3.Row) -> Batch:
        """Read a row that was selected with ``*``."""
        values = dict(row)
        values["status"] = BatchStatus(values["status"])
        return cls(**values)


class BatchRoom:
    """Reads and changes batches."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def insert(self, transaction_id: int, trainer: str, item_count: int) -> int:
        """Store a prepared batch and return its id."""
        cursor = self._connection.execute(
            "INSERT INTO batches (transaction_id, trainer, item_count) VALUES (?, ?, ?)",
            (transaction_id, trainer, item_count),
        )
        return int(cursor.lastrowid or 0)

    def get(self, batch_id: int) -> Batch | None:
        """Return one batch, or None."""
        row = self._connection.execute("SELECT * FROM batches WHERE id = ?", (batch_id,)).fetchone()
        return None if row is None else Batch.from_row(row)

    def chain_ids(self, batch_ids: Iterable[int]) -> dict[int, int]:
        """Return the ids in the data handler of those batches that final blocks hold."""
        rows = self._connection.execute(
            "SELECT id, chain_batch_id FROM batches WHERE chain_batch_id IS NOT NULL "
            "AND id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(batch_ids)),),
        )
        return {row["id"]: row["chain_batch_id"] for row in rows}

    def set_status(self, batch_id: int, status: BatchStatus) -> None:
        """Move a batch along its life.

        Raises:
            sqlite3.IntegrityError: the transition is not allowed.
        """
        self._connection.execute("UPDATE batches SET status = ? WHERE id = ?", (status, batch_id))
