"""What happened when to contributions and transactions, for an operator who holds one id."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from relayer.store.connection import Connections

#: How each kind of id leads to contributions and to transactions that carried none of them.
_CONTRIBUTIONS_OF = {
    "contribution": "SELECT id FROM contributions WHERE id = ?",
    "request": "SELECT id FROM contributions WHERE request_id = ? ORDER BY sequence",
    "batch": "SELECT id FROM contributions WHERE batch_id = CAST(? AS INTEGER) ORDER BY item_index",
}
_TRANSACTIONS_OF = {
    "transaction": "SELECT transaction_id AS id FROM attempts WHERE hash = ?",
    "batch": "SELECT transaction_id AS id FROM batches WHERE id = CAST(? AS INTEGER)",
}
_CARRIERS = """
SELECT b.transaction_id AS id FROM contributions AS c JOIN batches AS b ON b.id = c.batch_id
 WHERE c.id IN (SELECT value FROM json_each(?1))
 UNION
SELECT s.transaction_id FROM contributions AS c JOIN settlements AS s ON s.id = c.settlement_id
 WHERE c.id IN (SELECT value FROM json_each(?1))
"""
_CONTRIBUTION_EVENTS = """
SELECT accepted_at AS at, id AS subject, 'accepted' AS event,
       'request ' || coalesce(request_id, 'unknown') || ', player ' || player AS detail
  FROM contributions WHERE id IN (SELECT value FROM json_each(?1))
 UNION ALL
SELECT settled_at, id, 'settled', outcome
  FROM contributions WHERE settled_at IS NOT NULL AND id IN (SELECT value FROM json_each(?1))
 UNION ALL
SELECT updated_at, id, status, coalesce(reason, '') || coalesce(': ' || detail, '')
  FROM contributions WHERE status IN ('failed', 'expired', 'cancelled')
   AND id IN (SELECT value FROM json_each(?1))
"""
_TRANSACTION_EVENTS = """
SELECT t.created_at AS at, 'transaction ' || t.id AS subject, 'prepared' AS event,
       t.kind || coalesce(', batch ' || (SELECT group_concat(id) FROM batches
                                          WHERE transaction_id = t.id), '')
              || ', nonce ' || t.nonce || ' of ' || t.signer AS detail
  FROM transactions AS t WHERE t.id IN (SELECT value FROM json_each(?1))
 UNION ALL
SELECT signed_at, 'transaction ' || transaction_id, 'signed',
       hash || ', at most ' || max_fee_per_gas_wei || ' wei per gas'
  FROM attempts WHERE transaction_id IN (SELECT value FROM json_each(?1))
 UNION ALL
SELECT broadcast_at, 'transaction ' || transaction_id, 'broadcast',
       hash || coalesce(': ' || result, '')
  FROM attempts WHERE broadcast_at IS NOT NULL
   AND transaction_id IN (SELECT value FROM json_each(?1))
 UNION ALL
SELECT mined_at, 'transaction ' || id, 'mined',
       coalesce(mined_hash, '') || ', block ' || block_number || ', ' || gas_used || ' gas'
  FROM transactions WHERE mined_at IS NOT NULL AND id IN (SELECT value FROM json_each(?1))
 UNION ALL
SELECT confirmed_at, 'transaction ' || id, status, coalesce(reason, '')
  FROM transactions WHERE confirmed_at IS NOT NULL AND id IN (SELECT value FROM json_each(?1))
"""
#: The batch that a transaction brings or settles.
_BATCHES = """
SELECT id FROM batches WHERE transaction_id = ?1
 UNION
SELECT batch_id FROM settlements WHERE transaction_id = ?1
"""
_REQUESTS = f"""
SELECT DISTINCT request_id FROM contributions
 WHERE batch_id IN ({_BATCHES}) AND request_id IS NOT NULL LIMIT ?2
"""  # noqa: S608 - no value is in it
#: Of things that the store dates alike, what must have come first.
_ORDER = (
    "accepted",
    "prepared",
    "signed",
    "broadcast",
    "mined",
    "confirmed",
    "failed",
    "expired",
    "cancelled",
    "settled",
)


@dataclass(frozen=True, slots=True)
class TracedEvent:
    """Something that happened."""

    at: float  #: unix seconds
    subject: str  #: a contribution's id, or ``transaction`` and its number
    event: str
    detail: str


class TraceRoom:
    """Reads across tables; it changes nothing."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def contributions_of(self, kind: str, identity: str) -> list[str]:
        """Return the contributions that an id stands for.

        Args:
            kind: ``contribution``, ``request`` or ``batch``; others stand for none.
            identity: the id.
        """
        return self._ids(_CONTRIBUTIONS_OF.get(kind), identity)

    def transactions_of(self, kind: str, identity: str, contributions: Sequence[str]) -> list[int]:
        """Return the transactions that an id stands for, and those that carried contributions."""
        carriers = self._connection.execute(_CARRIERS, (json.dumps(list(contributions)),))
        own = self._ids(_TRANSACTIONS_OF.get(kind), identity)
        return sorted({*map(int, own), *(row["id"] for row in carriers)})

    def events(
        self, contributions: Sequence[str], transactions: Sequence[int]
    ) -> list[TracedEvent]:
        """Return what happened to them, the first first."""
        asked = (
            (_CONTRIBUTION_EVENTS, json.dumps(list(contributions))),
            (_TRANSACTION_EVENTS, json.dumps(list(transactions))),
        )
        events = [
            TracedEvent(row["at"], row["subject"], row["event"], row["detail"] or "")
            for query, given in asked
            for row in self._connection.execute(query, (given,))
        ]
        return sorted(events, key=lambda each: (each.at, _ORDER.index(each.event)))

    def batches_of(self, transaction_id: int) -> list[int]:
        """Return the batch that a transaction brings or settles, if it does."""
        rows = self._connection.execute(_BATCHES, (transaction_id,))
        return [int(row["id"]) for row in rows]

    def requests_of(self, transaction_id: int, most: int) -> list[str]:
        """Return ids of the requests whose contributions a transaction brings or settles.

        Args:
            transaction_id: its number.
            most: how many are read.
        """
        rows = self._connection.execute(_REQUESTS, (transaction_id, most))
        return [str(row["request_id"]) for row in rows]

    def _ids(self, query: str | None, identity: str) -> list[str]:
        if query is None:
            return []
        return [str(row["id"]) for row in self._connection.execute(query, (identity,))]
