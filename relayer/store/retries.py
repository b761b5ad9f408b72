"""Contributions that failed and may be tried again, since no block can ever hold them as they were.

A contribution qualifies when it is in no batch any more, or when the transaction of its batch is
final and had no effect. What a block's batch skipped does not: the chain has said no to it.
"""

from __future__ import annotations

import sqlite3

from relayer.store.connection import Connections

#: Failed contributions that one look goes through, the newest first.
LOOK_AT = 10_000

_IS_FREE = (
    "(c.batch_id IS NULL OR EXISTS (SELECT 1 FROM batches AS b JOIN transactions AS t "
    "ON t.id = b.transaction_id WHERE b.id = c.batch_id AND b.status = 'failed' "
    "AND t.status = 'failed'))"
)


class RetryRoom:
    """Finds them, and puts them back into the queue."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def is_free(self, contribution_id: str) -> bool:
        """Return whether a contribution has failed without a trace on the chain."""
        row = self._connection.execute(
            f"SELECT 1 FROM contributions AS c WHERE id = ? AND status = 'failed' AND {_IS_FREE}",  # noqa: S608 - a literal
            (contribution_id,),
        ).fetchone()
        return row is not None

    def failed_as(self, reason: str, now: float, limit: int) -> list[str]:
        """Return the ids of those that failed for a reason and are in time still, the newest first.

        Args:
            reason: the slug.
            now: those whose deadline is before it are left out.
            limit: most of them.
        """
        rows = self._connection.execute(
            "SELECT id FROM (SELECT * FROM contributions WHERE status = 'failed' "  # noqa: S608 - a literal
            "ORDER BY sequence DESC LIMIT ?1) AS c "
            f"WHERE reason = ?2 AND deadline_at > ?3 AND {_IS_FREE} LIMIT ?4",
            (LOOK_AT, reason, now, limit),
        )
        return [str(row["id"]) for row in rows]

    def requeue(self, contribution_id: str, now: float) -> bool:
        """Move failed -> queued, at its old place in the line; False when it is not free.

        Raises:
            sqlite3.IntegrityError: another living request holds its nonce.
        """
        cursor = self._connection.execute(
            "UPDATE contributions AS c SET status = 'queued', reason = NULL, detail = NULL, "  # noqa: S608 - a literal
            "batch_id = NULL, item_index = NULL, record_index = NULL, updated_at = ?2 "
            f"WHERE id = ?1 AND status = 'failed' AND {_IS_FREE}",
            (contribution_id, now),
        )
        return cursor.rowcount == 1
