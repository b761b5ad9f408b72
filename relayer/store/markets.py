"""Steps of prediction markets that this relayer sent, and batches that wait for a market's end."""

from __future__ import annotations

import sqlite3

from relayer.store.connection import Connections

#: Steps of a market that are looked at when counting how many failed in a row.
_LATEST = 10


class MarketRoom:
    """Reads and writes what driving markets needs beside the chain itself."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def insert(self, transaction_id: int, market: str, step: str, position: str) -> None:
        """Note what a transaction is to do; call it in the transaction that takes its nonce."""
        self._connection.execute(
            "INSERT INTO market_steps (transaction_id, market, step, position) VALUES (?, ?, ?, ?)",
            (transaction_id, market, step, position),
        )

    def has_pending(self, market: str, head_number: int) -> bool:
        """Return whether a step is under way that the state at a block cannot show yet."""
        row = self._connection.execute(
            "SELECT 1 FROM market_steps AS m JOIN transactions AS t ON t.id = m.transaction_id "
            "WHERE m.market = ?1 AND (t.status IN ('prepared', 'sent') "
            "OR t.status = 'mined' AND t.block_number > ?2)",
            (market, head_number),
        ).fetchone()
        return row is not None

    def failures(self, market: str, step: str, position: str) -> tuple[int, float]:
        """Return how often in a row this very step came to nothing, and when last.

        A step that failed because somebody else had taken it left the market elsewhere, so it does
        not count here.
        """
        rows = self._connection.execute(
            "SELECT m.step, m.position, t.status = 'failed' OR t.succeeded = 0 AS failed, "
            "coalesce(t.confirmed_at, t.mined_at, t.created_at) AS at FROM market_steps AS m "
            "JOIN transactions AS t ON t.id = m.transaction_id "
            "WHERE m.market = ? AND t.status IN ('mined', 'confirmed', 'failed') "
            "ORDER BY m.id DESC LIMIT ?",
            (market, _LATEST),
        ).fetchall()
        in_a_row = 0
        for row in rows:
            if not row["failed"] or (row["step"], row["position"]) != (step, position):
                break
            in_a_row += 1
        return in_a_row, float(rows[0]["at"]) if in_a_row else 0.0

    def replay_gas(self, market: str) -> int:
        """Return the gas that this relayer's steps of a market's replay have used."""
        row = self._connection.execute(
            "SELECT coalesce(sum(t.gas_used), 0) AS gas FROM market_steps AS m "
            "JOIN transactions AS t ON t.id = m.transaction_id "
            "WHERE m.market = ? AND m.step = 'replay'",
            (market,),
        ).fetchone()
        return int(row["gas"])

    def charged(self, market: str) -> tuple[int, int] | None:
        """Return what the schedule charged for adding, for each contribution and byte.

        It is what was fixed when the batches of this relayer were added, on average; a sponsor may
        have changed its schedule since. None: this relayer brought nothing to a market that is
        still going on.
        """
        row = self._connection.execute(
            "SELECT sum(json_extract(terms, '$.schedule.addUnits') * item_count) AS units, "
            "sum(json_extract(terms, '$.schedule.addUnitsPerByte') * item_count) AS per_byte, "
            "sum(item_count) AS items FROM batches INDEXED BY batches_due "
            "WHERE trainer = ? AND status = 'confirmed' AND due_at IS NULL",
            (market,),
        ).fetchone()
        if not row["items"]:
            return None
        return int(row["units"]) // row["items"], int(row["per_byte"]) // row["items"]

    def release_batches(self, market: str, due_at: int) -> int:
        """Make the batches of a market that has ended due for settling; return how many."""
        cursor = self._connection.execute(
            "UPDATE batches INDEXED BY batches_due SET due_at = ?2 "
            "WHERE trainer = ?1 AND status = 'confirmed' AND due_at IS NULL",
            (market, due_at),
        )
        return cursor.rowcount
