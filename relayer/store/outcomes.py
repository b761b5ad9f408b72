"""What became of the members of a batch once its transaction is final, or had no effect."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from relayer.store.connection import Connections
from relayer.store.statuses import ContributionStatus


@dataclass(frozen=True, slots=True)
class AddedBatch:
    """What the chain fixed when it took a batch; everything that settling needs."""

    chain_batch_id: int
    header: str  #: JSON
    terms: str  #: JSON
    records: bytes
    open_map: int
    added_at: int
    due_at: int | None  #: None: its market has not ended yet


@dataclass(frozen=True, slots=True)
class MemberOutcome:
    """Where one member of a batch goes."""

    item_index: int
    status: ContributionStatus
    reason: str | None = None
    detail: str | None = None
    record_index: int | None = None
    stake_wei: int | None = None


#: The newest of each status by its index; together they would have to be sorted first.
_PLAYERS_IN_MOTION = """
SELECT player FROM (
    SELECT player FROM contributions WHERE status = 'sent' ORDER BY sequence DESC LIMIT ?1)
 UNION
SELECT player FROM (
    SELECT player FROM contributions WHERE status = 'mined' ORDER BY sequence DESC LIMIT ?1)
 UNION
SELECT player FROM (
    SELECT player FROM contributions WHERE status = 'confirmed' ORDER BY sequence DESC LIMIT ?1)
 UNION
SELECT player FROM withdrawals WHERE status IN ('sent', 'mined')
"""

#: One step in the index for each trainer, however long its queue is.
_TRAINERS_WITH_QUEUE = """
WITH RECURSIVE found (trainer) AS (
    SELECT min(trainer) FROM contributions INDEXED BY contributions_queue WHERE status = 'queued'
     UNION ALL
    SELECT (SELECT min(c.trainer) FROM contributions AS c INDEXED BY contributions_queue
             WHERE c.status = 'queued' AND c.trainer > found.trainer)
      FROM found WHERE found.trainer IS NOT NULL
)
SELECT trainer FROM found WHERE trainer IS NOT NULL
"""


class OutcomeRoom:
    """Moves batches and their members out of the mined state, or back to the queue."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def batch_of(self, transaction_id: int) -> int | None:
        """Return the id of the batch that a transaction carries, if any."""
        row = self._connection.execute(
            "SELECT id FROM batches WHERE transaction_id = ?", (transaction_id,)
        ).fetchone()
        return None if row is None else int(row["id"])

    def confirm_batch(self, batch_id: int, added: AddedBatch) -> None:
        """Move a mined batch to confirmed with what settling needs."""
        self._connection.execute(
            "UPDATE batches SET status = 'confirmed', chain_batch_id = ?, header = ?, terms = ?, "
            "records = ?, open_map = ?, added_at = ?, due_at = ? WHERE id = ?",
            (
                added.chain_batch_id,
                added.header,
                added.terms,
                added.records,
                hex(added.open_map),
                added.added_at,
                added.due_at,
                batch_id,
            ),
        )

    def fail_batch(self, batch_id: int, now: float) -> None:
        """Move a batch without any effect to its end."""
        self._connection.execute(
            "UPDATE batches SET status = 'failed', closed_at = ? WHERE id = ?", (now, batch_id)
        )

    def move_members(self, batch_id: int, outcomes: Sequence[MemberOutcome], now: float) -> None:
        """Give each member of a mined batch its own outcome.

        A member that goes back to the queue leaves the batch: another one will carry it.
        """
        self._connection.executemany(
            "UPDATE contributions SET status = ?1, reason = ?2, detail = ?3, record_index = ?4, "
            "stake_wei = ?5, updated_at = ?6, "
            "batch_id = iif(?1 = 'queued', NULL, batch_id), "
            "item_index = iif(?1 = 'queued', NULL, item_index) "
            "WHERE batch_id = ?7 AND item_index = ?8",
            [
                (
                    outcome.status,
                    outcome.reason,
                    outcome.detail,
                    outcome.record_index,
                    None if outcome.stake_wei is None else str(outcome.stake_wei),
                    now,
                    batch_id,
                    outcome.item_index,
                )
                for outcome in outcomes
            ],
        )

    def requeue_members(self, batch_id: int, now: float) -> int:
        """Put all members of a batch without effect back to the queue, in their old order."""
        cursor = self._connection.execute(
            "UPDATE contributions SET status = 'queued', batch_id = NULL, item_index = NULL, "
            "updated_at = ? WHERE batch_id = ? AND status IN ('sent', 'mined')",
            (now, batch_id),
        )
        return cursor.rowcount

    def fail_some(self, ids: Sequence[str], reason: str, detail: str, now: float) -> None:
        """End those members of a batch without effect that were tried often enough."""
        self._connection.executemany(
            "UPDATE contributions SET status = 'failed', reason = ?, detail = ?, updated_at = ? "
            "WHERE id = ? AND status IN ('sent', 'mined')",
            [(reason, detail, now, contribution_id) for contribution_id in ids],
        )

    def expire(self, contribution_id: str, now: float) -> bool:
        """Move queued -> expired; False when it is not queued (any more)."""
        cursor = self._connection.execute(
            "UPDATE contributions SET status = 'expired', reason = 'expired', updated_at = ? "
            "WHERE id = ? AND status = 'queued'",
            (now, contribution_id),
        )
        return cursor.rowcount == 1

    def withdrawals_of(self, transaction_id: int) -> list[str]:
        """Return the ids of the withdrawals that a transaction carries and that are not final."""
        rows = self._connection.execute(
            "SELECT id FROM withdrawals WHERE transaction_id = ? AND status IN ('sent', 'mined')",
            (transaction_id,),
        )
        return [str(row["id"]) for row in rows]

    def players_in_motion(self, limit: int = 2_000) -> set[str]:
        """Return the players of the newest requests that reached the chain and may still move."""
        rows = self._connection.execute(_PLAYERS_IN_MOTION, (limit,))
        return {str(row["player"]) for row in rows}

    def trainers_with_queue(self) -> list[str]:
        """Return the trainers that have queued contributions."""
        return [str(row["trainer"]) for row in self._connection.execute(_TRAINERS_WITH_QUEUE)]
