"""Transactions of the signers and their attempts: the write-ahead log of the sender.

Status changes (see ``status_transitions`` in ``schema.sql``)::

    prepared -> sent -> mined -> confirmed
    prepared -> mined | failed
    sent     -> failed
    mined    -> sent (reorganisation) | failed

An attempt is stored with its signed bytes before these leave the machine.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from relayer.store.connection import Connections
from relayer.store.statuses import TransactionKind, TransactionStatus


@dataclass(frozen=True, slots=True)
class NewTransaction:
    """A transaction that has taken its nonce and is not signed yet."""

    kind: TransactionKind
    signer: str
    nonce: int
    to_address: str
    data: bytes
    gas_limit: int
    created_at: float
    value_wei: int = 0


@dataclass(frozen=True, slots=True)
class Transaction:
    """One nonce of a signer."""

    id: int
    kind: TransactionKind
    signer: str
    nonce: int
    to_address: str
    data: bytes
    gas_limit: int
    value_wei: int
    status: TransactionStatus
    reason: str | None
    created_at: float
    mined_at: float | None
    confirmed_at: float | None
    block_number: int | None
    block_hash: str | None
    mined_hash: str | None
    gas_used: int | None
    effective_gas_price_wei: int | None
    succeeded: bool | None
    reopened: bool = False  #: whether its end was taken back: its block had counted as final

    @classmethod
    def from_row(cls, row: sqlite3.Row) -> Transaction:
        """Read a row that was selected with ``*``."""
        values = dict(row)
        values["kind"] = TransactionKind(values["kind"])
        values["status"] = TransactionStatus(values["status"])
        values["value_wei"] = int(values["value_wei"])
        price = values["effective_gas_price_wei"]
        values["effective_gas_price_wei"] = None if price is None else int(price)
        values["succeeded"] = None if values["succeeded"] is None else bool(values["succeeded"])
        values["reopened"] = bool(values["reopened"])
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One signed version of a transaction."""

    id: int
    transaction_id: int
    hash: str
    raw: bytes
    max_fee_per_gas_wei: int
    max_priority_fee_per_gas_wei: int
    signed_at: float
    broadcast_at: float | None
    result: str | None
    is_empty: bool  #: a self-send that uses the nonce up without effect

    @classmethod
    def from_row(cls, row: sqlite3.Row) -> Attempt:
        """Read a row of the table."""
        values = dict(row)
        for name in ("max_fee_per_gas_wei", "max_priority_fee_per_gas_wei"):
            values[name] = int(values[name])
        values["is_empty"] = bool(values["is_empty"])
        return cls(**values)


class TransactionRoom:
    """Reads and changes transactions and attempts."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def insert(self, transaction: NewTransaction) -> int:
        """Store a prepared transaction and return its id."""
        cursor = self._connection.execute(
            "INSERT INTO transactions (kind, signer, nonce, to_address, data, gas_limit, "
            "created_at, value_wei) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                transaction.kind,
                transaction.signer,
                transaction.nonce,
                transaction.to_address,
                transaction.data,
                transaction.gas_limit,
                transaction.created_at,
                str(transaction.value_wei),
            ),
        )
        return int(cursor.lastrowid or 0)

    def get(self, transaction_id: int) -> Transaction | None:
        """Return one transaction, or None."""
        row = self._connection.execute(
            "SELECT * FROM transactions WHERE id = ?", (transaction_id,)
        ).fetchone()
        return None if row is None else Transaction.from_row(row)

    def of_nonce(self, signer: str, nonce: int) -> Transaction | None:
        """Return the transaction that owns a nonce, or None."""
        row = self._connection.execute(
            "SELECT * FROM transactions WHERE signer = ? AND nonce = ?", (signer, nonce)
        ).fetchone()
        return None if row is None else Transaction.from_row(row)

    def unfinished(self, signer: str) -> list[Transaction]:
        """Return everything of a signer that is neither confirmed nor failed, by nonce."""
        rows = self._connection.execute(
            "SELECT * FROM transactions WHERE signer = ? "
            "AND status IN ('prepared', 'sent', 'mined') ORDER BY nonce",
            (signer,),
        )
        return [Transaction.from_row(row) for row in rows]

    def add_attempt(
        self,
        transaction_id: int,
        *,
        transaction_hash: str,
        raw: bytes,
        max_fee_per_gas_wei: int,
        max_priority_fee_per_gas_wei: int,
        signed_at: float,
        is_empty: bool = False,
    ) -> int:
        """Store signed bytes, before they are broadcast; return the attempt's id."""
        cursor = self._connection.execute(
            "INSERT INTO attempts (transaction_id, hash, raw, max_fee_per_gas_wei, "
            "max_priority_fee_per_gas_wei, signed_at, is_empty) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                transaction_id,
                transaction_hash,
                raw,
                str(max_fee_per_gas_wei),
                str(max_priority_fee_per_gas_wei),
                signed_at,
                is_empty,
            ),
        )
        return int(cursor.lastrowid or 0)

    def attempts(self, transaction_id: int) -> list[Attempt]:
        """Return all attempts of a transaction, oldest first."""
        rows = self._connection.execute(
            "SELECT * FROM attempts WHERE transaction_id = ? ORDER BY id", (transaction_id,)
        )
        return [Attempt.from_row(row) for row in rows]

    def note_broadcast(self, attempt_id: int, result: str, now: float) -> None:
        """Note that an attempt was handed to a node, and what the node said."""
        self._connection.execute(
            "UPDATE attempts SET broadcast_at = coalesce(broadcast_at, ?), result = ? WHERE id = ?",
            (now, result, attempt_id),
        )

    def set_status(
        self, transaction_id: int, status: TransactionStatus, reason: str | None = None
    ) -> None:
        """Move a transaction along its life.

        Raises:
            sqlite3.IntegrityError: the transition is not allowed.
        """
        self._connection.execute(
            "UPDATE transactions SET status = ?, reason = ? WHERE id = ?",
            (status, reason, transaction_id),
        )
