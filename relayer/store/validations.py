"""Validations: admission, the queue, and the calls that bring them to the chain.

Status changes (see ``status_transitions`` in ``validations.sql``)::

    queued -> sent -> mined -> confirmed
    queued -> cancelled | expired | failed
    sent   -> queued (its transaction had no effect) | failed
    mined  -> sent (reorganisation) | queued (transaction reverted) | expired | failed

A call belongs to one batch of contributions and is a settlement of that batch: what a validation
confirms is settled by it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from relayer.store.connection import Connections
from relayer.store.statuses import ValidationStatus


@dataclass(frozen=True, slots=True)
class NewValidation:
    """A validation that passed every check of the intake."""

    id: str  #: EIP-712 digest, 0x-hex
    trainer: str
    validator: str
    contribution_number: int
    contribution_id: str
    batch_id: int  #: of the contribution
    record_index: int  #: of the contribution in its batch
    nonce: int
    deadline_at: int
    max_fee_gwei: int
    signature: bytes  #: EIP-2098, 64 bytes
    accepted_at: float


@dataclass(frozen=True, slots=True)
class Validation:
    """One row."""

    sequence: int
    id: str
    trainer: str
    validator: str
    contribution_number: int
    contribution_id: str
    batch_id: int
    record_index: int
    nonce: int
    deadline_at: int
    max_fee_gwei: int
    signature: bytes
    status: ValidationStatus
    reason: str | None
    detail: str | None
    accepted_at: float
    updated_at: float
    settlement_id: int | None
    item_index: int | None

    @classmethod
    def from_row(cls, row: sqlite3.Row) -> Validation:
        """Read a row that was selected with ``*``."""
        return cls(**{**dict(row), "status": ValidationStatus(row["status"])})


@dataclass(frozen=True, slots=True)
class ItemOutcome:
    """Where one item of a call goes."""

    item_index: int
    status: ValidationStatus
    reason: str | None = None
    detail: str | None = None


class ValidationRoom:
    """Reads and changes validations."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def get(self, validation_id: str) -> Validation | None:
        """Return one validation, or None."""
        return self.get_many([validation_id]).get(validation_id)

    def get_many(self, validation_ids: Iterable[str]) -> dict[str, Validation]:
        """Return those of the given validations that exist, by id."""
        rows = self._connection.execute(
            "SELECT * FROM validations WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(validation_ids)),),
        )
        return {row["id"]: Validation.from_row(row) for row in rows}

    def status_of(self, validation_id: str) -> ValidationStatus | None:
        """Return where a validation stands, without reading the rest of it."""
        row = self._connection.execute(
            "SELECT status FROM validations WHERE id = ?", (validation_id,)
        ).fetchone()
        return None if row is None else ValidationStatus(row["status"])

    def living(self, validator: str, contribution_id: str) -> str | None:
        """Return the id of a player's validation of a contribution, unless it came to nothing."""
        row = self._connection.execute(
            "SELECT id FROM validations WHERE validator = ? AND contribution_id = ? "
            "AND status NOT IN ('failed', 'expired', 'cancelled')",
            (validator, contribution_id),
        ).fetchone()
        return None if row is None else str(row["id"])

    def insert(self, validation: NewValidation) -> None:
        """Queue a validation. Call it in the transaction that also checked its nonce.

        Raises:
            sqlite3.IntegrityError: the id exists, or a living row owns nonce or statement.
        """
        self._connection.execute(
            "INSERT INTO validations (id, trainer, validator, contribution_number, "
            "contribution_id, batch_id, record_index, nonce, deadline_at, max_fee_gwei, "
            "signature, accepted_at, updated_at) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?12)",
            (
                validation.id,
                validation.trainer,
                validation.validator,
                validation.contribution_number,
                validation.contribution_id,
                validation.batch_id,
                validation.record_index,
                validation.nonce,
                validation.deadline_at,
                validation.max_fee_gwei,
                validation.signature,
                validation.accepted_at,
            ),
        )

    def cancel(self, validation_id: str, now: float) -> bool:
        """Move queued -> cancelled; False when it is not queued (any more)."""
        cursor = self._connection.execute(
            "UPDATE validations SET status = 'cancelled', updated_at = ? "
            "WHERE id = ? AND status = 'queued'",
            (now, validation_id),
        )
        return cursor.rowcount == 1

    def expire_queued(self, now: float) -> int:
        """Move queued -> expired whatever can no longer be mined before its deadline."""
        cursor = self._connection.execute(
            "UPDATE validations INDEXED BY validations_by_deadline "
            "SET status = 'expired', reason = 'deadline-passed', updated_at = ?1 "
            "WHERE status = 'queued' AND deadline_at <= ?1",
            (now,),
        )
        return cursor.rowcount

    def end_queued(
        self,
        validation_id: str,
        status: ValidationStatus,
        reason: str | None,
        detail: str | None,
        now: float,
    ) -> bool:
        """Move queued -> failed or expired; False when it is not queued (any more)."""
        cursor = self._connection.execute(
            "UPDATE validations SET status = ?, reason = ?, detail = ?, updated_at = ? "
            "WHERE id = ? AND status = 'queued'",
            (status, reason, detail, now, validation_id),
        )
        return cursor.rowcount == 1

    def batches_with_queue(self) -> list[int]:
        """Return the batches whose contributions have queued validations, oldest first."""
        rows = self._connection.execute(
            "SELECT batch_id FROM validations INDEXED BY validations_queue "
            "WHERE status = 'queued' GROUP BY batch_id ORDER BY min(sequence)"
        )
        return [int(row["batch_id"]) for row in rows]

    def oldest_queued(self, batch_id: int, limit: int) -> list[Validation]:
        """Return the oldest queued validation of each contribution of a batch.

        The younger ones wait: they are of use only if the oldest comes to nothing.
        """
        rows = self._connection.execute(
            "SELECT * FROM validations WHERE sequence IN (SELECT min(sequence) "
            "FROM validations INDEXED BY validations_queue "
            "WHERE batch_id = ? AND status = 'queued' GROUP BY record_index) "
            "ORDER BY sequence LIMIT ?",
            (batch_id, limit),
        )
        return [Validation.from_row(row) for row in rows]

    def all_queued(self, batch_id: int) -> list[Validation]:
        """Return all queued validations of a batch's contributions, oldest first."""
        rows = self._connection.execute(
            "SELECT * FROM validations INDEXED BY validations_queue "
            "WHERE batch_id = ? AND status = 'queued' ORDER BY sequence",
            (batch_id,),
        )
        return [Validation.from_row(row) for row in rows]
