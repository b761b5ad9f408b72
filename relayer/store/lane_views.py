"""The lane of a signer's nonces as it is drawn: who owns which, where it gapes."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final

from relayer.store.connection import Connections

_NONCES: Final = """
SELECT nonce, id, kind, status, reason, created_at,
       (SELECT count(*) FROM attempts WHERE transaction_id = t.id) AS attempts
  FROM transactions AS t WHERE signer = ? AND nonce >= ? ORDER BY nonce LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class LaneNonce:
    """The transaction that owns a nonce."""

    nonce: int
    id: int
    kind: str
    status: str
    reason: str | None
    created_at: float
    attempts: int


@dataclass(frozen=True, slots=True)
class LaneEnds:
    """Where a lane's work begins and ends."""

    next_nonce: int  #: the next one that is handed out
    first_pending: int | None  #: the lowest that no block holds; None: nothing waits
    pending: int  #: how many no block holds


class LaneViewRoom:
    """Reads lanes; it changes nothing."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def ends(self, signer: str) -> LaneEnds | None:
        """Return where a lane begins and ends, or None for an account that is no signer."""
        row = self._connection.execute(
            "SELECT next_nonce FROM signers WHERE address = ?", (signer,)
        ).fetchone()
        if row is None:
            return None
        pending = self._connection.execute(
            "SELECT min(nonce) AS first, count(*) AS count FROM transactions "
            "WHERE signer = ? AND status IN ('prepared', 'sent', 'mined') AND status <> 'mined'",
            (signer,),
        ).fetchone()
        return LaneEnds(int(row["next_nonce"]), pending["first"], int(pending["count"]))

    def nonces(self, signer: str, from_nonce: int, limit: int) -> list[LaneNonce]:
        """Return who owns the nonces from one on, in their order; gaps are left out."""
        rows = self._connection.execute(_NONCES, (signer, from_nonce, limit))
        return [LaneNonce(**dict(row)) for row in rows]

    def taken_elsewhere(self, signer: str, limit: int) -> list[LaneNonce]:
        """Return nonces of ours that transactions of somebody else used, the newest first."""
        rows = self._connection.execute(
            "SELECT nonce, id, kind, status, reason, created_at, 0 AS attempts FROM transactions "
            "INDEXED BY transactions_taken WHERE signer = ? "
            "AND reason = 'nonce-taken-elsewhere' ORDER BY nonce DESC LIMIT ?",
            (signer, limit),
        )
        return [LaneNonce(**dict(row)) for row in rows]
