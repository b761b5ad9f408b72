"""Relayed withdrawals of players.

Status changes (see ``status_transitions`` in ``schema.sql``)::

    queued -> sent -> mined -> confirmed
    queued -> expired | failed
    queued -> confirmed (another transaction than ours has paid it)
    sent   -> queued (its transaction had no effect) | expired | failed
    mined  -> sent (reorganisation) | queued (its transaction reverted) | failed
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from relayer.store.connection import Connections
from relayer.store.statuses import WithdrawalStatus


@dataclass(frozen=True, slots=True)
class NewWithdrawal:
    """A signed withdrawal that passed every check of the intake."""

    id: str  #: EIP-712 digest, 0x-hex
    player: str
    to_address: str
    amount_wei: int
    nonce: int
    deadline_at: int
    max_fee_gwei: int
    signature: bytes  #: EIP-2098, 64 bytes
    accepted_at: float


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """One row; amounts in wei are integers here and text in the file."""

    id: str
    player: str
    to_address: str
    amount_wei: int
    nonce: int
    deadline_at: int
    max_fee_gwei: int
    signature: bytes
    status: WithdrawalStatus
    reason: str | None
    transaction_id: int | None
    accepted_at: float
    updated_at: float
    paid_hash: str | None = None  #: the transaction that paid, when it is none of ours
    paid_block: int | None = None

    @classmethod
    def from_row(cls, row: sqlite3.Row) -> Withdrawal:
        """Read a row of the table; its place in a list is no part of it."""
        values = dict(row)
        values.pop("rowid", None)
        values["status"] = WithdrawalStatus(values["status"])
        values["amount_wei"] = int(values["amount_wei"])
        return cls(**values)


class WithdrawalRoom:
    """Reads and changes withdrawals."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def insert(self, withdrawal: NewWithdrawal) -> None:
        """Queue a withdrawal. Call it in the transaction that also checked its nonce.

        Raises:
            sqlite3.IntegrityError: the id exists or a living row owns the nonce.
        """
        self._connection.execute(
            "INSERT INTO withdrawals (id, player, to_address, amount_wei, nonce, deadline_at, "
            "max_fee_gwei, signature, accepted_at, updated_at) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)",
            (
                withdrawal.id,
                withdrawal.player,
                withdrawal.to_address,
                str(withdrawal.amount_wei),
                withdrawal.nonce,
                withdrawal.deadline_at,
                withdrawal.max_fee_gwei,
                withdrawal.signature,
                withdrawal.accepted_at,
            ),
        )

    def get(self, withdrawal_id: str) -> Withdrawal | None:
        """Return one withdrawal, or None."""
        row = self._connection.execute(
            "SELECT * FROM withdrawals WHERE id = ?", (withdrawal_id,)
        ).fetchone()
        return None if row is None else Withdrawal.from_row(row)

    def status_of(self, withdrawal_id: str) -> WithdrawalStatus | None:
        """Return where a withdrawal stands, without reading the rest of it."""
        row = self._connection.execute(
            "SELECT status FROM withdrawals WHERE id = ?", (withdrawal_id,)
        ).fetchone()
        return None if row is None else WithdrawalStatus(row["status"])

    def pending_wei(self, player: str) -> int:
        """Return what a player's withdrawals that are queued or sent will take away."""
        rows = self._connection.execute(
            "SELECT amount_wei FROM withdrawals WHERE player = ? AND status IN ('queued', 'sent')",
            (player,),
        )
        return sum(int(row["amount_wei"]) for row in rows)

    def with_status(self, status: WithdrawalStatus) -> list[Withdrawal]:
        """Return all withdrawals that stand there, oldest first."""
        rows = self._connection.execute(
            "SELECT * FROM withdrawals WHERE status = ? ORDER BY accepted_at", (status,)
        )
        return [Withdrawal.from_row(row) for row in rows]

    def requeue(self, withdrawal_id: str, now: float) -> None:
        """Put a withdrawal back to the queue whose transaction had no effect.

        It is remembered with it until the next one: should the transaction come to life again, it
        takes the withdrawal along.
        """
        self._connection.execute(
            "UPDATE withdrawals SET status = 'queued', reason = NULL, updated_at = ? "
            "WHERE id = ? AND status IN ('sent', 'mined')",
            (now, withdrawal_id),
        )

    def note_paid(self, withdrawal_id: str, transaction_hash: str, block: int, now: float) -> None:
        """Move queued -> confirmed: a transaction that is none of ours has paid it."""
        self._connection.execute(
            "UPDATE withdrawals SET status = 'confirmed', reason = NULL, updated_at = ?, "
            "paid_hash = ?, paid_block = ? WHERE id = ? AND status = 'queued'",
            (now, transaction_hash, block, withdrawal_id),
        )

    def set_status(
        self,
        withdrawal_id: str,
        status: WithdrawalStatus,
        now: float,
        *,
        reason: str | None = None,
        transaction_id: int | None = None,
    ) -> None:
        """Move a withdrawal along its life; a transaction id that is given is kept.

        Raises:
            sqlite3.IntegrityError: the transition is not allowed.
        """
        self._connection.execute(
            "UPDATE withdrawals SET status = ?, reason = ?, updated_at = ?, "
            "transaction_id = coalesce(?, transaction_id) WHERE id = ?",
            (status, reason, now, transaction_id, withdrawal_id),
        )
