"""Browsers that somebody has logged in to the ops dashboard with."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from relayer.store.connection import Connections


@dataclass(frozen=True, slots=True)
class OpsSession:
    """One browser, as the house knows it."""

    id: str  #: to name it by; it opens nothing
    user_name: str
    created_at: float
    seen_at: float  #: within a minute
    confirmed_at: float  #: when the password was given last
    client: str  #: the address that it logged in from
    agent: str  #: how the browser called itself


_COLUMNS = "id, user_name, created_at, seen_at, confirmed_at, client, agent"


class OpsSessionRoom:
    """Reads and changes sessions; whether one is over is another question."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def begin(self, session: OpsSession, token_hash: str) -> None:
        """Store a new session with the hash of its token."""
        self._connection.execute(
            f"INSERT INTO ops_sessions (token_hash, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - column names are literals
            (
                token_hash,
                session.id,
                session.user_name,
                session.created_at,
                session.seen_at,
                session.confirmed_at,
                session.client,
                session.agent,
            ),
        )

    def find(self, token_hash: str) -> OpsSession | None:
        """Return the session that a token opens, or None."""
        row = self._connection.execute(
            f"SELECT {_COLUMNS} FROM ops_sessions WHERE token_hash = ?",  # noqa: S608 - literals
            (token_hash,),
        ).fetchone()
        return None if row is None else OpsSession(**dict(row))

    def of_user(self, name: str) -> list[OpsSession]:
        """Return the sessions of a user, the one that was seen last first."""
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM ops_sessions WHERE user_name = ? ORDER BY seen_at DESC, id",  # noqa: S608 - literals
            (name,),
        )
        return [OpsSession(**dict(row)) for row in rows]

    def note_seen(self, session_id: str, now: float) -> None:
        """Note that a session is in use."""
        self._connection.execute(
            "UPDATE ops_sessions SET seen_at = ? WHERE id = ?", (now, session_id)
        )

    def note_confirmed(self, session_id: str, now: float) -> None:
        """Note that the password was given again."""
        self._connection.execute(
            "UPDATE ops_sessions SET confirmed_at = ? WHERE id = ?", (now, session_id)
        )

    def end(self, session_id: str) -> bool:
        """End a session; False when it is over already."""
        cursor = self._connection.execute("DELETE FROM ops_sessions WHERE id = ?", (session_id,))
        return cursor.rowcount == 1

    def end_all_of(self, name: str, except_id: str = "") -> int:
        """End the sessions of a user, but for one; return how many ended."""
        cursor = self._connection.execute(
            "DELETE FROM ops_sessions WHERE user_name = ? AND id <> ?", (name, except_id)
        )
        return cursor.rowcount

    def forget(self, created_before: float, seen_before: float) -> int:
        """Remove sessions that are over; return how many."""
        cursor = self._connection.execute(
            "DELETE FROM ops_sessions WHERE created_at <= ? OR seen_at <= ?",
            (created_before, seen_before),
        )
        return cursor.rowcount
