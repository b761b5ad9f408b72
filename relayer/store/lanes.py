"""The lane of nonces of each signer: what is under way, where it gapes, how it fared lately."""

from __future__ import annotations

import sqlite3

from relayer.store.connection import Connections


class LaneRoom:
    """Looks at the transactions of a signer as a sequence; it changes nothing.

    The queries name the three unfinished statuses in the words of the index
    ``transactions_unfinished``: SQLite uses a partial index for nothing else, and the table grows
    for ever.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def pending_count(self, signer: str) -> int:
        """Return how many transactions of a signer no block holds yet."""
        return self._count(
            "SELECT count(*) AS count FROM transactions "
            "WHERE signer = ? AND status IN ('prepared', 'sent', 'mined') AND status <> 'mined'",
            signer,
        )

    def has_unsigned(self, signer: str) -> bool:
        """Return whether a transaction of a signer waits for its first signature."""
        row = self._connection.execute(
            "SELECT 1 FROM transactions AS t WHERE signer = ? "
            "AND status IN ('prepared', 'sent', 'mined') AND status = 'prepared' "
            "AND NOT EXISTS (SELECT 1 FROM attempts WHERE transaction_id = t.id)",
            (signer,),
        ).fetchone()
        return row is not None

    def has_pending(self, signer: str, kind: str) -> bool:
        """Return whether a transaction of this kind is not final yet."""
        row = self._connection.execute(
            "SELECT 1 FROM transactions WHERE signer = ? AND kind = ? "
            "AND status IN ('prepared', 'sent', 'mined')",
            (signer, kind),
        ).fetchone()
        return row is not None

    def pending_batches(self, trainer: str) -> int:
        """Return how many batches of a trainer no block holds yet."""
        return self._count(
            "SELECT count(*) AS count FROM transactions AS t INDEXED BY transactions_unfinished "
            "CROSS JOIN batches ON batches.transaction_id = t.id AND batches.trainer = ? "
            "WHERE t.status IN ('prepared', 'sent', 'mined') AND t.status <> 'mined'",
            trainer,
        )

    def unowned_nonces(self, signer: str, from_nonce: int) -> list[int]:
        """Return the nonces that were handed out, from one on, but belong to no transaction.

        There are none in the life of one store. They appear when a file is restored from an older
        copy, or when the account was used elsewhere before.
        """
        rows = self._connection.execute(
            "WITH RECURSIVE handed_out (nonce) AS ("
            "  SELECT ?2 WHERE ?2 < (SELECT next_nonce FROM signers WHERE address = ?1)"
            "  UNION ALL SELECT nonce + 1 FROM handed_out"
            "   WHERE nonce + 1 < (SELECT next_nonce FROM signers WHERE address = ?1)) "
            "SELECT nonce FROM handed_out WHERE nonce NOT IN "
            "(SELECT nonce FROM transactions WHERE signer = ?1) ORDER BY nonce LIMIT 100",
            (signer, from_nonce),
        )
        return [int(row["nonce"]) for row in rows]

    def highest_used(self, signer: str) -> int:
        """Return the highest nonce of a signer that a transaction owns; -1: none does."""
        row = self._connection.execute(
            "SELECT max(nonce) AS nonce FROM transactions WHERE signer = ?", (signer,)
        ).fetchone()
        return -1 if row["nonce"] is None else int(row["nonce"])

    def raise_next_nonce(self, signer: str, next_nonce: int) -> bool:
        """Skip nonces that the chain has consumed behind our back; never goes down."""
        cursor = self._connection.execute(
            "UPDATE signers SET next_nonce = ?2 WHERE address = ?1 AND next_nonce < ?2",
            (signer, next_nonce),
        )
        return cursor.rowcount == 1

    def latest_reverts(self, kind: str, trainer: str | None = None) -> tuple[int, float]:
        """Return how many of the latest transactions of a kind came to nothing in a row.

        They reverted, or no node accepted them. The second value tells when the last of them did.

        Args:
            kind: of transactions.
            trainer: counts only transactions with batches of this trainer.
        """
        rows = self._connection.execute(
            "SELECT status, confirmed_at FROM transactions AS t WHERE kind = ?1 "
            "AND (status = 'confirmed' OR status = 'failed' "
            "AND reason IN ('reverted', 'rejected-by-node')) "
            "AND (?2 IS NULL OR EXISTS "
            "(SELECT 1 FROM batches WHERE transaction_id = t.id AND trainer = ?2)) "
            "ORDER BY id DESC LIMIT 10",
            (kind, trainer),
        ).fetchall()
        in_a_row = 0
        for row in rows:
            if row["status"] == "confirmed":
                break
            in_a_row += 1
        return in_a_row, float(rows[0]["confirmed_at"]) if in_a_row else 0.0

    def _count(self, query: str, value: str) -> int:
        return int(self._connection.execute(query, (value,)).fetchone()["count"])
