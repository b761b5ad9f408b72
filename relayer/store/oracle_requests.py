"""Requests of an oracle that its responder has a seat for.

::

    open   -> earned | ended
    earned -> ended

A row is *open* while something may still be said or learnt, *earned* when a share of the fee waits
to be settled. Both ends are decided from final blocks, and taken back when the chain drops them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from relayer.store.connection import Connections

Carrier = Literal["commit_id", "reveal_id", "settle_id"]


@dataclass(frozen=True, slots=True)
class NewOracleRequest:
    """A request as a final block tells it."""

    id: str
    oracle: str
    sample: bytes
    fee_wei: int
    version: int
    seat: int  #: the responder's, in the request's panel
    commit_until: int
    deadline_at: int


@dataclass(frozen=True, slots=True)
class OracleRequest:
    """A request and what was done about it."""

    id: str
    oracle: str
    sample: bytes
    fee_wei: int
    version: int
    seat: int
    commit_until: int
    deadline_at: int
    status: str
    reason: str | None
    label: int | None  #: what the service said
    failures: int  #: times that the service had no answer
    commit_id: int | None  #: the latest transaction that carries the commitment
    reveal_id: int | None
    settle_id: int | None
    share_wei: int
    decided_block: int | None  #: what its status was read from; None: from no block

    @classmethod
    def from_row(cls, row: sqlite3.Row) -> OracleRequest:
        """Read a row that was selected with ``*``."""
        values = dict(row)
        values["fee_wei"] = int(values["fee_wei"])
        values["share_wei"] = int(values["share_wei"])
        return cls(**values)


class OracleRequestRoom:
    """Keeps the responder's memory of requests."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def insert(self, new: NewOracleRequest) -> None:
        """Write a request down; one that is there already has this moment and this fee now.

        Events are read twice only after a reorganisation, which may have moved the request to
        another block. It is open again, unless the service had no answer for it.
        """
        self._connection.execute(
            "INSERT INTO oracle_requests (id, oracle, sample, fee_wei, version, seat, "
            "commit_until, deadline_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE "
            "SET fee_wei = excluded.fee_wei, seat = excluded.seat, "
            "commit_until = excluded.commit_until, deadline_at = excluded.deadline_at, "
            "status = iif(reason IS 'refused', status, 'open'), "
            "reason = iif(reason IS 'refused', reason, NULL), decided_block = NULL",
            (
                new.id,
                new.oracle,
                new.sample,
                str(new.fee_wei),
                new.version,
                new.seat,
                new.commit_until,
                new.deadline_at,
            ),
        )

    def get(self, request_id: str) -> OracleRequest | None:
        """Return one request, or None."""
        row = self._connection.execute(
            "SELECT * FROM oracle_requests WHERE id = ?", (request_id,)
        ).fetchone()
        return None if row is None else OracleRequest.from_row(row)

    def promised(self, oracle: str, limit: int) -> list[OracleRequest]:
        """Return open requests that were committed to, the most urgent first."""
        rows = self._connection.execute(
            "SELECT * FROM oracle_requests WHERE oracle = ? AND status = 'open' "
            "AND commit_id IS NOT NULL ORDER BY commit_until, id LIMIT ?",
            (oracle, limit),
        )
        return [OracleRequest.from_row(row) for row in rows]

    def unpromised(self, oracle: str, limit: int) -> list[OracleRequest]:
        """Return open requests that were not committed to, by fee, the highest first.

        Those that the service failed at come after those that it did not: nobody who offers high
        fees for samples that a service chokes on keeps others waiting.
        """
        rows = self._connection.execute(
            # Digits of equal length compare like the numbers that they stand for.
            "SELECT * FROM oracle_requests WHERE oracle = ? AND status = 'open' "
            "AND commit_id IS NULL "
            "ORDER BY failures, length(fee_wei) DESC, fee_wei DESC, id LIMIT ?",
            (oracle, limit),
        )
        return [OracleRequest.from_row(row) for row in rows]

    def earned(self, oracle: str, limit: int) -> list[OracleRequest]:
        """Return requests whose share waits, the highest share first."""
        rows = self._connection.execute(
            "SELECT * FROM oracle_requests WHERE oracle = ? AND status = 'earned' "
            "ORDER BY length(share_wei) DESC, share_wei DESC LIMIT ?",
            (oracle, limit),
        )
        return [OracleRequest.from_row(row) for row in rows]

    def set_label(self, request_id: str, label: int) -> None:
        """Remember what the service said, unless there is a label; durable before it is signed.

        The first one stays: it may have been revealed in a block that is gone.
        """
        self._connection.execute(
            "UPDATE oracle_requests SET label = ? WHERE id = ? AND label IS NULL",
            (label, request_id),
        )

    def correct_label(self, request_id: str, label: int) -> None:
        """Take the label that a commitment on chain binds to."""
        self._connection.execute(
            "UPDATE oracle_requests SET label = ? WHERE id = ?", (label, request_id)
        )

    def note_failure(self, request_id: str) -> None:
        """Count that the service had no answer for a request."""
        self._connection.execute(
            "UPDATE oracle_requests SET failures = failures + 1 WHERE id = ?", (request_id,)
        )

    def carry(self, ids: Sequence[str], carrier: Carrier, transaction_id: int) -> None:
        """Note which transaction carries what; call it where the transaction takes its nonce."""
        self._connection.executemany(
            f"UPDATE oracle_requests SET {carrier} = ? WHERE id = ?",  # noqa: S608 - a literal
            [(transaction_id, request_id) for request_id in ids],
        )

    def earn(self, request_id: str, share_wei: int, block_number: int) -> None:
        """Note a share that waits to be settled, as a block tells it."""
        self._connection.execute(
            "UPDATE oracle_requests SET status = 'earned', share_wei = ?, decided_block = ? "
            "WHERE id = ? AND status = 'open'",
            (str(share_wei), block_number, request_id),
        )

    def end(self, request_id: str, reason: str, block_number: int | None = None) -> None:
        """Note that nothing is left to do about a request, as a block tells it, or for ever."""
        self._connection.execute(
            "UPDATE oracle_requests SET status = 'ended', reason = coalesce(reason, ?), "
            "decided_block = ? WHERE id = ? AND status <> 'ended'",
            (reason, block_number, request_id),
        )

    def reopen(self, oracle: str, above_block: int, now: float) -> None:
        """Take back what blocks above this one told, and read their events again.

        Labels stay: what was said once is said again.
        """
        self._connection.execute(
            "UPDATE oracle_requests SET status = 'open', reason = NULL, share_wei = '0', "
            "decided_block = NULL WHERE oracle = ? AND decided_block > ?",
            (oracle, above_block),
        )
        scanned = self.scanned_until(oracle)
        if scanned is not None and scanned > above_block:
            self.note_scanned(oracle, above_block, now)

    def scanned_until(self, oracle: str) -> int | None:
        """Return the last block whose requests are all written down."""
        row = self._connection.execute(
            "SELECT value FROM chain_state WHERE key = ?", (_cursor_key(oracle),)
        ).fetchone()
        return None if row is None else int(json.loads(row["value"])["block_number"])

    def note_scanned(self, oracle: str, block_number: int, now: float) -> None:
        """Remember how far requests are written down."""
        self._connection.execute(
            "INSERT INTO chain_state (key, value, updated_at) VALUES (?, ?, ?) ON CONFLICT (key) "
            "DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at",
            (_cursor_key(oracle), json.dumps({"block_number": block_number}), now),
        )


def _cursor_key(oracle: str) -> str:
    return f"oracle_requests_scanned:{oracle}"
