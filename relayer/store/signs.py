"""Signs of how the house does, each read by an index: lanes that wait, messages that wait."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final

from relayer.store.allowances import HOUSE, LedgerRow
from relayer.store.connection import Connections

#: Beyond this many nobody needs to know how many.
MOST_COUNTED: Final = 10_000

#: The lowest nonce of each signer that no block holds, and since when nothing is before it.
_FIRST = """
SELECT t.id, t.signer, t.nonce, t.kind,
       max(t.created_at, coalesce((SELECT before.mined_at FROM transactions AS before
                                    WHERE before.signer = t.signer
                                      AND before.nonce = t.nonce - 1), 0)) AS waits_since
  FROM (SELECT signer AS first_signer, min(nonce) AS first_nonce FROM transactions
         WHERE status IN ('prepared', 'sent', 'mined') AND status <> 'mined'
         GROUP BY signer) AS first
  JOIN transactions AS t ON t.signer = first_signer AND t.nonce = first_nonce
"""


@dataclass(frozen=True, slots=True)
class StuckLane:
    """The first transaction of a signer that waits for its block."""

    id: int
    signer: str
    nonce: int
    kind: str
    waits_since: float  #: unix seconds


class SignRoom:
    """Reads signs; it changes nothing."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def stuck_lanes(self) -> list[StuckLane]:
        """Return the first transaction of each signer that no block holds."""
        return [StuckLane(**dict(row)) for row in self._connection.execute(_FIRST)]

    def waiting_messages(self) -> int:
        """Return how many webhook messages wait, `MOST_COUNTED` at most."""
        row = self._connection.execute(
            "SELECT count(*) AS count FROM "
            "(SELECT 1 FROM webhook_messages WHERE status = 'waiting' LIMIT ?)",
            (MOST_COUNTED,),
        ).fetchone()
        return int(row["count"])

    def house(self) -> LedgerRow:
        """Return what contributions cost the house on the newest day, and have open."""
        row = self._connection.execute(
            "SELECT day, charged_gwei, open_count, refunded, forfeited FROM ledgers "
            "WHERE subject = ?",
            (HOUSE,),
        ).fetchone()
        return LedgerRow() if row is None else LedgerRow(**dict(row))
