"""Intents to use a nonce up without effect, stored before anything is signed for them.

From then on every further attempt of the transaction is an empty self-send. An older attempt may
still be the one that a block takes: only the receipt tells.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from enum import StrEnum

from relayer.store.connection import Connections


class CancelReason(StrEnum):
    """Why a nonce is used up without effect."""

    POINTLESS = "pointless"  #: it would do nothing any more
    OPERATOR = "cancelled-by-operator"
    REJECTED = "rejected-by-node"  #: no node accepts it


@dataclass(frozen=True, slots=True)
class Cancellation:
    """The intent to use up the nonce of one transaction."""

    transaction_id: int
    reason: CancelReason
    detail: str | None
    asked_at: float


class CancellationRoom:
    """Keeps the intents; the first one for a transaction stays."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def ask(
        self, transaction_id: int, reason: CancelReason, now: float, detail: str | None = None
    ) -> bool:
        """Store the intent, if no block holds the transaction; return whether there is one now."""
        self._connection.execute(
            "INSERT INTO cancellations (transaction_id, reason, detail, asked_at) "
            "SELECT id, ?2, ?3, ?4 FROM transactions WHERE id = ?1 "
            "AND status IN ('prepared', 'sent') AND kind <> 'fill' ON CONFLICT DO NOTHING",
            (transaction_id, reason, detail, now),
        )
        return self.of(transaction_id) is not None

    def of(self, transaction_id: int) -> Cancellation | None:
        """Return the intent for a transaction, or None."""
        row = self._connection.execute(
            "SELECT * FROM cancellations WHERE transaction_id = ?", (transaction_id,)
        ).fetchone()
        if row is None:
            return None
        return Cancellation(**{**dict(row), "reason": CancelReason(row["reason"])})

    def find(self, name: str) -> int | None:
        """Return the id of the transaction with this number, or with an attempt of this hash."""
        row = self._connection.execute(
            "SELECT id FROM transactions WHERE CAST(id AS TEXT) = ?1 UNION ALL "
            "SELECT transaction_id FROM attempts WHERE hash = lower(?1) LIMIT 1",
            (name,),
        ).fetchone()
        return None if row is None else int(row["id"])
