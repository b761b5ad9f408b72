"""Contributions: admission, the queue, and every later change of their state.

Status changes (see ``status_transitions`` in ``schema.sql``)::

    queued -> sent -> mined -> confirmed -> settled
    queued -> cancelled | expired | failed
    sent   -> queued (its transaction had no effect) | expired | failed
    mined  -> sent (reorganisation) | queued (transaction reverted) | expired | failed

``admit`` and ``cancel`` belong to the web processes, all others to the worker.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, NamedTuple

from relayer.store.connection import Connections
from relayer.store.json_text import json_text
from relayer.store.statuses import ContributionStatus


class NewContribution(NamedTuple):
    """A contribution that passed every check of the intake."""

    id: str  #: EIP-712 digest, 0x-hex
    trainer: str
    player: str
    nonce: int
    deadline_at: int
    max_fee_gwei: int
    label: int
    sample: bytes
    signature: bytes  #: EIP-2098, 64 bytes
    reserved_gwei: int  #: what it may cost the tank
    accepted_at: float
    game: str | None = None  #: the key that it came with
    request_id: str | None = None  #: the HTTP request that it came with


@dataclass(frozen=True, slots=True)
class Contribution:
    """One row; amounts in wei are integers here and text in the file."""

    sequence: int
    id: str
    trainer: str
    player: str
    nonce: int
    deadline_at: int
    max_fee_gwei: int
    label: int
    sample: bytes
    signature: bytes
    status: ContributionStatus
    reason: str | None
    detail: str | None
    reserved_gwei: int
    accepted_at: float
    updated_at: float
    batch_id: int | None
    item_index: int | None
    record_index: int | None
    stake_wei: int | None
    outcome: str | None
    reward_wei: int | None
    fee_wei: int | None
    fee_from_rewards_wei: int | None
    settlement_id: int | None
    settled_at: float | None
    game: str | None
    request_id: str | None
    charged_gwei: int | None  #: what it costs as far as is known; None: what was reserved

    @classmethod
    def queued(cls, new: NewContribution, sequence: int) -> Contribution:
        """The row that a new contribution becomes."""
        return cls(
            sequence=sequence,
            status=ContributionStatus.QUEUED,
            updated_at=new.accepted_at,
            **new._asdict(),
            **_NOTHING_YET,
        )

    @classmethod
    def from_row(cls, row: sqlite3.Row) -> Contribution:
        """Read a row that was selected with ``*``."""
        values = dict(row)
        values["status"] = ContributionStatus(values["status"])
        for name in ("stake_wei", "reward_wei", "fee_wei", "fee_from_rewards_wei"):
            values[name] = None if values[name] is None else int(values[name])
        return cls(**values)


_NEW_NAMES = NewContribution._fields
_NOTHING_YET: dict[str, Any] = dict.fromkeys(
    {field.name for field in fields(Contribution)}
    - {"sequence", "status", "updated_at", *_NEW_NAMES}
)

#: By name, for the planner prefers the index by status, which mixes the trainers.
OLDEST_QUEUED = (
    "SELECT * FROM contributions INDEXED BY contributions_queue "
    "WHERE trainer = ? AND status = 'queued' ORDER BY sequence LIMIT ?"
)

#: One statement for many rows: between two statements all threads of a process take turns.
_ROWS_AT_ONCE = 100


@lru_cache(maxsize=_ROWS_AT_ONCE)
def _insertion(count: int) -> str:
    """The statement that inserts new rows: their values, and again when they were accepted."""
    names = ", ".join((*_NEW_NAMES, "updated_at"))
    row = f"({', '.join('?' * (len(_NEW_NAMES) + 1))})"
    return f"INSERT INTO contributions ({names}) VALUES {', '.join([row] * count)}"  # noqa: S608 - names are literals


class ContributionRoom:
    """Reads and changes contributions."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def get(self, contribution_id: str) -> Contribution | None:
        """Return one contribution, or None."""
        row = self._connection.execute(
            "SELECT * FROM contributions WHERE id = ?", (contribution_id,)
        ).fetchone()
        return None if row is None else Contribution.from_row(row)

    def get_many(self, contribution_ids: Iterable[str]) -> dict[str, Contribution]:
        """Return those of the given contributions that exist, by id."""
        rows = self._connection.execute(
            "SELECT * FROM contributions WHERE id IN (SELECT value FROM json_each(?))",
            (json_text(list(contribution_ids)),),
        )
        return {row["id"]: Contribution.from_row(row) for row in rows}

    def status_of(self, contribution_id: str) -> ContributionStatus | None:
        """Return where a contribution stands, without reading the rest of it."""
        row = self._connection.execute(
            "SELECT status FROM contributions WHERE id = ?", (contribution_id,)
        ).fetchone()
        return None if row is None else ContributionStatus(row["status"])

    def insert(self, contributions: Sequence[NewContribution]) -> list[Contribution]:
        """Queue contributions. Call it in the transaction that also checked nonces and budget.

        Returns:
            The rows as they stand in the file now, in order.

        Raises:
            sqlite3.IntegrityError: an id exists or a living row owns one of the nonces.
        """
        last = 0
        for start in range(0, len(contributions), _ROWS_AT_ONCE):
            rows = contributions[start : start + _ROWS_AT_ONCE]
            values = [value for new in rows for value in (*new, new.accepted_at)]
            last = self._connection.execute(_insertion(len(rows)), values).lastrowid or 0
        # The write lock is held: the rows have got the numbers up to the last one.
        first = last - len(contributions) + 1
        return [
            Contribution.queued(new, sequence) for sequence, new in enumerate(contributions, first)
        ]

    def cancel(self, contribution_id: str, now: float) -> bool:
        """Move queued -> cancelled; False when it is not queued (any more)."""
        cursor = self._connection.execute(
            "UPDATE contributions SET status = 'cancelled', updated_at = ? "
            "WHERE id = ? AND status = 'queued'",
            (now, contribution_id),
        )
        return cursor.rowcount == 1

    def expire_queued(self, now: float) -> int:
        """Move queued -> expired whatever can no longer be mined before its deadline."""
        cursor = self._connection.execute(
            "UPDATE contributions INDEXED BY contributions_by_deadline "
            "SET status = 'expired', reason = 'deadline-passed', updated_at = ?1 "
            "WHERE status = 'queued' AND deadline_at <= ?1",
            (now,),
        )
        return cursor.rowcount

    def fail_queued(
        self, contribution_id: str, reason: str, detail: str | None, now: float
    ) -> bool:
        """Move queued -> failed with a reason slug; False when it is not queued (any more)."""
        cursor = self._connection.execute(
            "UPDATE contributions SET status = 'failed', reason = ?, detail = ?, updated_at = ? "
            "WHERE id = ? AND status = 'queued'",
            (reason, detail, now, contribution_id),
        )
        return cursor.rowcount == 1

    def oldest_queued(self, trainer: str, limit: int) -> list[Contribution]:
        """Return up to ``limit`` queued contributions of a trainer in order of acceptance."""
        rows = self._connection.execute(OLDEST_QUEUED, (trainer, limit))
        return [Contribution.from_row(row) for row in rows]

    def of_batch(self, batch_id: int) -> list[Contribution]:
        """Return the members of a batch in the order of its calldata."""
        rows = self._connection.execute(
            "SELECT * FROM contributions WHERE batch_id = ? ORDER BY item_index",
            (batch_id,),
        )
        return [Contribution.from_row(row) for row in rows]

    def of_record(self, batch_id: int, record_index: int) -> Contribution | None:
        """Return the contribution that became this record of a batch, or None."""
        row = self._connection.execute(
            "SELECT * FROM contributions WHERE batch_id = ? AND record_index = ?",
            (batch_id, record_index),
        ).fetchone()
        return None if row is None else Contribution.from_row(row)

    def has_taken_effect(self, player: str, trainer: str) -> bool:
        """Return whether a block holds a contribution of a player to a trainer."""
        row = self._connection.execute(
            "SELECT 1 FROM contributions WHERE player = ? AND trainer = ? "
            "AND status IN ('mined', 'confirmed', 'settled') LIMIT 1",
            (player, trainer),
        ).fetchone()
        return row is not None

    def claim(self, batch_id: int, contribution_ids: Sequence[str], now: float) -> int:
        """Move queued -> sent as members of a batch, item index = position in the list.

        Returns:
            How many could be claimed. Fewer than asked means that some were cancelled meanwhile:
            raise inside the surrounding transaction to undo the whole claim.
        """
        cursor = self._connection.execute(
            "UPDATE contributions SET status = 'sent', batch_id = ?1, updated_at = ?2, "
            "item_index = claimed.key FROM json_each(?3) AS claimed "
            # The plus keeps the planner from comparing the whole queue with each member.
            "WHERE contributions.id = claimed.value AND +status = 'queued'",
            (batch_id, now, json_text(list(contribution_ids))),
        )
        return cursor.rowcount

    def queued_count(self) -> int:
        """Return how many contributions wait for a batch."""
        return self._total("queued")

    def reserved_gwei(self) -> int:
        """Return what everything queued or sent may cost the tank."""
        return self._total("reserved_gwei")

    def _total(self, name: str) -> int:
        row = self._connection.execute(
            "SELECT value FROM totals WHERE name = ?", (name,)
        ).fetchone()
        return int(row["value"])
