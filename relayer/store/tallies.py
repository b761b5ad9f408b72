"""Running counts for monitoring, and the few sums that it asks for beside them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from relayer.store.connection import Connections

#: Name, label, kind; see the table's comment.
TallyKey = tuple[str, str, str]

_ADD = (
    "INSERT INTO tallies (name, label, kind, value) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (name, label, kind) DO UPDATE SET value = value + excluded.value"
)
_ADD_ALL = (
    "INSERT INTO tallies (name, label, kind, value) "
    "SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?) WHERE true "
    "ON CONFLICT (name, label, kind) DO UPDATE SET value = value + excluded.value"
)
#: Longest that counting may hold up an answer.
_IN_PASSING_MS = 50

#: Rows of these are never deleted, so that the last number is how many there were.
_ACCEPTED = (
    "SELECT 'contribution' AS kind, coalesce(max(rowid), 0) AS count FROM contributions "
    "UNION ALL SELECT 'validation', coalesce(max(rowid), 0) FROM validations "
    "UNION ALL SELECT 'withdrawal', coalesce(max(rowid), 0) FROM withdrawals"
)
_QUEUES = (
    "SELECT 'contribution' AS kind, (SELECT value FROM totals WHERE name = 'queued') AS depth, "
    "(SELECT accepted_at FROM contributions INDEXED BY contributions_by_status "
    "WHERE status = 'queued' ORDER BY sequence LIMIT 1) AS oldest_at "
    "UNION ALL SELECT 'validation', count(*), min(accepted_at) FROM validations "
    "WHERE status = 'queued' "
    "UNION ALL SELECT 'withdrawal', count(*), min(accepted_at) FROM withdrawals "
    "WHERE status = 'queued'"
)
_CONTRIBUTIONS = (
    "SELECT (SELECT value FROM totals WHERE name = 'queued') AS queued, "
    "(SELECT count(*) FROM contributions WHERE status = 'sent') AS sent, "
    "(SELECT count(*) FROM contributions WHERE status = 'mined') AS mined, "
    "coalesce(open_count, 0) AS open, coalesce(refunded + forfeited, 0) AS settled "
    "FROM (SELECT 1) LEFT JOIN ledgers ON subject = 'house'"
)


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits to be sent."""

    kind: str
    depth: int
    oldest_at: float | None  #: acceptance of the oldest; None: nothing waits


class TallyRoom:
    """Reads and adds to running counts."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def add(self, counts: Mapping[TallyKey, int]) -> None:
        """Add to counts, all or none."""
        with self._connections.transaction() as connection:
            connection.executemany(_ADD, _rows(counts))

    def add_in_passing(self, counts: Mapping[TallyKey, int]) -> None:
        """Add to counts, unless that would mean to wait for other writers.

        Raises:
            sqlite3.OperationalError: somebody writes; nothing was added.
        """
        connection = self._connection
        usual_ms = int(connection.execute("PRAGMA busy_timeout").fetchone()[0])
        connection.execute(f"PRAGMA busy_timeout = {_IN_PASSING_MS}")
        try:
            # One statement, and so a transaction of its own.
            connection.execute(_ADD_ALL, (json.dumps(_rows(counts)),))
        finally:
            connection.execute(f"PRAGMA busy_timeout = {usual_ms}")

    def read(self) -> dict[TallyKey, int]:
        """Return all counts."""
        rows = self._connection.execute("SELECT name, label, kind, value FROM tallies")
        return {(row["name"], row["label"], row["kind"]): row["value"] for row in rows}

    def accepted(self) -> dict[str, int]:
        """Return how many requests of each kind were ever accepted."""
        return {row["kind"]: row["count"] for row in self._connection.execute(_ACCEPTED)}

    def contributions(self) -> dict[str, int]:
        """Return how many contributions stand where, by status; where none stands is left out.

        Only those under way are counted, the others are kept as sums: a million settled ones cost
        nothing.
        """
        row = self._connection.execute(_CONTRIBUTIONS).fetchone()
        under_way = {name: row[name] for name in ("queued", "sent", "mined")}
        ended = self._connection.execute("SELECT label, value FROM tallies WHERE name = 'ended'")
        counts = {
            **under_way,
            "confirmed": max(0, row["open"] - sum(under_way.values())),
            "settled": row["settled"],
            **{each["label"]: each["value"] for each in ended},
        }
        return {status: count for status, count in counts.items() if count}

    def queues(self) -> list[Queue]:
        """Return what waits to be sent, by kind."""
        return [Queue(**dict(row)) for row in self._connection.execute(_QUEUES)]

    def pending(self) -> dict[str, int]:
        """Return how many transactions of each signer no block holds."""
        rows = self._connection.execute(
            "SELECT signer, count(*) AS count FROM transactions "
            "WHERE status IN ('prepared', 'sent', 'mined') AND status <> 'mined' GROUP BY signer"
        )
        return {row["signer"]: row["count"] for row in rows}

    def settled(self) -> dict[str, int]:
        """Return how many contributions were refunded, and how many forfeited."""
        row = self._connection.execute(
            "SELECT refunded, forfeited FROM ledgers WHERE subject = 'house'"
        ).fetchone()
        return {"refunded": 0, "forfeited": 0} if row is None else dict(row)

    def deep_reorganisations(self) -> int:
        """Return how many reorganisations dropped blocks that had counted as final."""
        row = self._connection.execute("SELECT count(*) AS count FROM reorganisations").fetchone()
        return int(row["count"])

    def waiting_messages(self) -> int:
        """Return how many webhook messages are not delivered yet."""
        row = self._connection.execute(
            "SELECT count(*) AS count FROM webhook_messages WHERE status = 'waiting'"
        ).fetchone()
        return int(row["count"])


def _rows(counts: Mapping[TallyKey, int]) -> list[tuple[str, str, str, int]]:
    return [(*key, value) for key, value in counts.items()]
