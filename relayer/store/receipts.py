"""What blocks say about transactions, written down together with everything that rides on them.

A transaction carries a batch, a withdrawal, validations, a settlement or nothing. Its riders move
in the same database transaction as itself, so no reader ever sees a mined transaction with a batch
still sent.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Self

from relayer.chain.answers import Receipt
from relayer.store.connection import Connections
from relayer.store.statuses import TransactionStatus


@dataclass(frozen=True, slots=True)
class Mined:
    """Where and how a block holds a transaction."""

    block_number: int
    block_hash: str
    mined_hash: str  #: which of the attempts it was
    gas_used: int
    effective_gas_price_wei: int
    succeeded: bool

    @classmethod
    def of(cls, receipt: Receipt) -> Self:
        """What a receipt says."""
        return cls(
            block_number=receipt.block_number,
            block_hash=receipt.block_hash,
            mined_hash=receipt.transaction_hash,
            gas_used=receipt.gas_used,
            effective_gas_price_wei=receipt.effective_gas_price_wei,
            succeeded=receipt.succeeded,
        )


class ReceiptRoom:
    """Moves transactions and their riders forth into blocks and back out of them."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def note_sent(self, transaction_id: int) -> None:
        """Move a prepared transaction and its batch to sent; harmless when they are further."""
        with self._connections.transaction() as connection:
            for table, key in (("transactions", "id"), ("batches", "transaction_id")):
                connection.execute(
                    f"UPDATE {table} SET status = 'sent' WHERE {key} = ? AND status = 'prepared'",  # noqa: S608 - both names are literals
                    (transaction_id,),
                )

    def note_mined(self, transaction_id: int, mined: Mined, now: float) -> None:
        """Move a transaction and its riders to mined, or to another block when they are mined."""
        with self._connections.transaction() as connection:
            self.note_sent(transaction_id)
            connection.execute(
                "UPDATE transactions SET status = 'mined', mined_at = ?, block_number = ?, "
                "block_hash = ?, mined_hash = ?, gas_used = ?, effective_gas_price_wei = ?, "
                "succeeded = ? WHERE id = ?",
                (
                    now,
                    mined.block_number,
                    mined.block_hash,
                    mined.mined_hash,
                    mined.gas_used,
                    str(mined.effective_gas_price_wei),
                    int(mined.succeeded),
                    transaction_id,
                ),
            )
            self._move_riders(connection, transaction_id, "sent", "mined", now)

    def note_unmined(self, transaction_id: int, now: float) -> None:
        """Move a transaction and its riders back to sent: the chain dropped their block."""
        with self._connections.transaction() as connection:
            connection.execute(
                "UPDATE transactions SET status = 'sent', mined_at = NULL, block_number = NULL, "
                "block_hash = NULL, mined_hash = NULL, gas_used = NULL, "
                "effective_gas_price_wei = NULL, succeeded = NULL WHERE id = ?",
                (transaction_id,),
            )
            self._move_riders(connection, transaction_id, "mined", "sent", now)

    def note_confirmed(self, transaction_id: int, now: float) -> None:
        """Move a mined transaction that took effect to its end; riders are moved by their rooms."""
        self._finish(transaction_id, TransactionStatus.CONFIRMED, None, now)

    def note_failed(self, transaction_id: int, reason: str, now: float) -> None:
        """Move a transaction that had no effect to its end; riders are moved by their rooms."""
        self._finish(transaction_id, TransactionStatus.FAILED, reason, now)

    def _finish(
        self, transaction_id: int, status: TransactionStatus, reason: str | None, now: float
    ) -> None:
        self._connection.execute(
            "UPDATE transactions SET status = ?, reason = ?, confirmed_at = ? WHERE id = ?",
            (status, reason, now, transaction_id),
        )

    @staticmethod
    def _move_riders(
        connection: sqlite3.Connection, transaction_id: int, before: str, after: str, now: float
    ) -> None:
        connection.execute(
            "UPDATE batches SET status = ? WHERE transaction_id = ? AND status = ?",
            (after, transaction_id, before),
        )
        connection.execute(
            "UPDATE withdrawals SET status = ?, updated_at = ? "
            "WHERE transaction_id = ? AND status = ?",
            (after, now, transaction_id, before),
        )
        connection.execute(
            "UPDATE validations SET status = ?, updated_at = ? WHERE +status = ? AND settlement_id "
            "IN (SELECT id FROM settlements WHERE transaction_id = ?)",
            (after, now, before, transaction_id),
        )
        connection.execute(
            "UPDATE contributions SET status = ?, updated_at = ? WHERE +status = ? AND batch_id IN "
            "(SELECT id FROM batches WHERE transaction_id = ?)",
            (after, now, before, transaction_id),
        )
