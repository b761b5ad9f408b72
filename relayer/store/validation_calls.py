"""Calls that bring validations: which ones they carry, and what became of each.

A call is a settlement of the batch whose contributions are confirmed. It has the same row and the
same rule: a batch has at most one settling transaction that no block holds yet.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from relayer.store.connection import Connections
from relayer.store.validations import ItemOutcome, Validation


class ValidationCallRoom:
    """Moves validations into calls, through blocks, and out of them."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def is_settling(self, batch_id: int) -> bool:
        """Return whether a settlement of a batch is under way that no block holds yet."""
        row = self._connection.execute(
            "SELECT 1 FROM settlements AS s JOIN transactions AS t ON t.id = s.transaction_id "
            "WHERE s.batch_id = ? AND t.status IN ('prepared', 'sent')",
            (batch_id,),
        ).fetchone()
        return row is not None

    def claim(self, settlement_id: int, validation_ids: Sequence[str], now: float) -> int:
        """Move queued -> sent as items of a call, item index = position in the list.

        Returns:
            How many could be claimed. Fewer than asked means that some were cancelled meanwhile:
            raise inside the surrounding transaction to undo the whole claim.
        """
        cursor = self._connection.execute(
            "UPDATE validations SET status = 'sent', settlement_id = ?1, updated_at = ?2, "
            "item_index = claimed.key FROM json_each(?3) AS claimed "
            "WHERE validations.id = claimed.value AND +status = 'queued'",
            (settlement_id, now, json.dumps(list(validation_ids))),
        )
        return cursor.rowcount

    def items_of(self, transaction_id: int) -> list[Validation]:
        """Return the items of the call that a transaction makes, in the order of its calldata."""
        rows = self._connection.execute(
            "SELECT * FROM validations WHERE settlement_id = "
            "(SELECT id FROM settlements WHERE transaction_id = ?) ORDER BY item_index",
            (transaction_id,),
        )
        return [Validation.from_row(row) for row in rows]

    def finish(
        self, items: Sequence[Validation], outcomes: Sequence[ItemOutcome], now: float
    ) -> None:
        """Give each item of a mined call its own outcome."""
        self._connection.executemany(
            "UPDATE validations SET status = ?, reason = ?, detail = ?, updated_at = ? "
            "WHERE id = ? AND item_index = ?",
            [
                (outcome.status, outcome.reason, outcome.detail, now, item.id, outcome.item_index)
                for item, outcome in zip(items, outcomes, strict=True)
            ],
        )

    def requeue(self, items: Sequence[Validation], now: float) -> None:
        """Put the items of a call without effect back to the queue, in their old order."""
        self._connection.executemany(
            "UPDATE validations SET status = 'queued', settlement_id = NULL, item_index = NULL, "
            "updated_at = ? WHERE id = ? AND status IN ('sent', 'mined')",
            [(now, item.id) for item in items],
        )

    def fail(self, items: Sequence[Validation], reason: str, detail: str, now: float) -> None:
        """End the items of a call that no node accepts."""
        self._connection.executemany(
            "UPDATE validations SET status = 'failed', reason = ?, detail = ?, updated_at = ? "
            "WHERE id = ? AND status IN ('sent', 'mined')",
            [(reason, detail, now, item.id) for item in items],
        )

    def validators_in_motion(self) -> set[str]:
        """Return the validators of everything that reached the chain and is not final."""
        rows = self._connection.execute(
            "SELECT DISTINCT validator FROM validations WHERE status IN ('sent', 'mined')"
        )
        return {str(row["validator"]) for row in rows}
