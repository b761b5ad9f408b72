"""Requests that are on the chain by transactions which this file does not know."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from relayer.store.connection import Connections
from relayer.store.validations import NewValidation

#: Reason of a contribution that failed here because it is on the chain already.
BROUGHT_BY_ANOTHER = "brought-by-another"

_MARK = """
UPDATE contributions INDEXED BY contributions_nonce_used
   SET reason = ?2, updated_at = ?1,
       detail = 'Another relayer brought it, in the transaction ' || b.transaction_hash
                || '. It counts there: nothing needs to be done.'
  FROM brought AS b
 WHERE b.id = contributions.id AND status = 'failed' AND reason = 'nonce-used'
RETURNING player
"""
_CONFIRM = """
UPDATE OR IGNORE validations INDEXED BY validations_came_late
   SET status = 'confirmed', reason = NULL, updated_at = ?1, settlement_id = NULL,
       item_index = NULL, detail = 'The transaction ' || b.transaction_hash || ' brought it.'
  FROM brought AS b
 WHERE b.id = validations.id AND status = 'failed' AND reason IN ('nonce-used', 'not-open')
RETURNING validator AS player
"""


@dataclass(frozen=True, slots=True)
class Brought:
    """A request that a final block holds."""

    id: str
    transaction_hash: str
    block_number: int


class BroughtRoom:
    """Notes what others brought, and tells it of requests that came too late here."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def may_concern_us(self) -> bool:
        """Return whether any contribution is under way, or came too late."""
        row = self._connection.execute(
            "SELECT EXISTS (SELECT 1 FROM contributions "
            "WHERE status IN ('queued', 'sent', 'mined')) "
            "OR EXISTS (SELECT 1 FROM contributions INDEXED BY contributions_nonce_used "
            "WHERE status = 'failed' AND reason = 'nonce-used')"
        ).fetchone()
        return bool(row[0])

    def note(self, found: Iterable[Brought]) -> None:
        """Note what is known here; what is not is nobody's business."""
        rows = [(each.id, each.transaction_hash, each.block_number) for each in found]
        self._connection.execute(
            "INSERT OR REPLACE INTO brought (id, transaction_hash, block_number) "
            "SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?) "
            "WHERE value ->> 0 IN (SELECT id FROM contributions UNION ALL "
            "SELECT id FROM validations)",
            (json.dumps(rows),),
        )

    def take_in(self, lost: NewValidation) -> None:
        """Store a validation of ours that the chain took and an older copy does not know."""
        self._connection.execute(
            "INSERT OR IGNORE INTO validations (id, trainer, validator, contribution_number, "
            "contribution_id, batch_id, record_index, nonce, deadline_at, max_fee_gwei, "
            "signature, accepted_at, updated_at, status) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?12, 'confirmed')",
            (
                lost.id,
                lost.trainer,
                lost.validator,
                lost.contribution_number,
                lost.contribution_id,
                lost.batch_id,
                lost.record_index,
                lost.nonce,
                lost.deadline_at,
                lost.max_fee_gwei,
                lost.signature,
                lost.accepted_at,
            ),
        )

    def tell(self, now: float) -> set[str]:
        """Correct what came too late here and is on the chain; return whose it is."""
        if self._connection.execute("SELECT 1 FROM brought LIMIT 1").fetchone() is None:
            return set()  # as ever: what came too late need not be looked through
        rows = [
            *self._connection.execute(_MARK, (now, BROUGHT_BY_ANOTHER)),
            *self._connection.execute(_CONFIRM, (now,)),
        ]
        return {str(row["player"]) for row in rows}

    def forget_above(self, block_number: int, now: float) -> None:
        """Take back what was told because of blocks that the chain has dropped."""
        ids = "(SELECT id FROM brought WHERE block_number > ?1)"
        self._connection.execute(
            "UPDATE contributions SET reason = 'nonce-used', updated_at = ?2 "  # noqa: S608 - a literal
            f"WHERE id IN {ids} AND status = 'failed' AND reason = ?3",
            (block_number, now, BROUGHT_BY_ANOTHER),
        )
        self._connection.execute(
            "UPDATE OR IGNORE validations SET status = 'queued', detail = NULL, updated_at = ?2 "  # noqa: S608 - a literal
            f"WHERE id IN {ids} AND status = 'confirmed' AND settlement_id IS NULL",
            (block_number, now),
        )
        self._connection.execute("DELETE FROM brought WHERE block_number > ?", (block_number,))
