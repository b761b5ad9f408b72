"""Requests that were part of something that came to nothing, until they are cleared or alone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from relayer.store.connection import Connections


@dataclass(frozen=True, slots=True)
class Suspect:
    """What is held against one request."""

    id: str
    failures: int  #: transactions that carried it and came to nothing
    most_items: int  #: size of the next transaction that carries it
    held_until: float  #: not before then


class SuspectRoom:
    """Keeps suspects; triggers take out those that ended, whatever the end."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def note_failure(self, ids: Sequence[str]) -> None:
        """Suspect everything that one transaction carried; the next carries at most half of it."""
        half = max(1, (len(ids) + 1) // 2)
        self._connection.executemany(
            "INSERT INTO suspects (id, failures, most_items) VALUES (?1, 1, ?2) "
            "ON CONFLICT (id) DO UPDATE SET failures = failures + 1, "
            "most_items = min(most_items, ?2)",
            [(request_id, half) for request_id in ids],
        )

    def hold(self, request_id: str, until: float) -> None:
        """Let a request wait, alone."""
        self._connection.execute(
            "INSERT INTO suspects (id, most_items, held_until) VALUES (?1, 1, ?2) "
            "ON CONFLICT (id) DO UPDATE SET most_items = 1, held_until = ?2",
            (request_id, until),
        )

    def clear(self, ids: Sequence[str]) -> None:
        """Forget what is held against requests whose transaction took effect."""
        self._connection.execute(
            "DELETE FROM suspects WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        )

    def of(self, ids: Sequence[str]) -> dict[str, Suspect]:
        """Return those of the given requests that are suspects, by id."""
        rows = self._connection.execute(
            "SELECT * FROM suspects WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        )
        return {row["id"]: Suspect(**dict(row)) for row in rows}

    def counts(self, now: float) -> tuple[int, int]:
        """Return how many suspects there are, and how many of them are held at the moment."""
        row = self._connection.execute(
            "SELECT count(*) AS suspects, coalesce(sum(held_until > ?), 0) AS held FROM suspects",
            (now,),
        ).fetchone()
        return int(row["suspects"]), int(row["held"])
