"""Players and networks that the operator keeps out."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass

from relayer.store.connection import Connections
from relayer.store.json_text import json_text


@dataclass(frozen=True, slots=True)
class Ban:
    """Who is kept out, why, and until when."""

    subject: str  #: a player's address with its checksum, or a network
    reason: str
    banned_at: float
    expires_at: float | None  #: None: when the operator says so


class BanRoom:
    """Reads and sets bans; a ban that has expired counts as none."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def ban(self, subject: str, reason: str, now: float, expires_at: float | None = None) -> None:
        """Keep somebody out; an earlier ban of the same is replaced."""
        self._connection.execute(
            "INSERT INTO bans (subject, reason, banned_at, expires_at) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (subject) DO UPDATE SET reason = excluded.reason, "
            "banned_at = excluded.banned_at, expires_at = excluded.expires_at",
            (subject, reason, now, expires_at),
        )

    def lift(self, subject: str) -> bool:
        """Let somebody in again; False when there was no ban."""
        cursor = self._connection.execute("DELETE FROM bans WHERE subject = ?", (subject,))
        return cursor.rowcount == 1

    def of(self, subjects: Collection[str], now: float) -> dict[str, Ban]:
        """Return the bans that hold now for any of these, by subject."""
        rows = self._connection.execute(
            "SELECT * FROM bans WHERE subject IN (SELECT value FROM json_each(?)) "
            "AND (expires_at IS NULL OR expires_at > ?)",
            (json_text(list(subjects)), now),
        )
        return {row["subject"]: Ban(**row) for row in rows}

    def newest(self, now: float) -> list[Ban]:
        """Return all bans that hold now, the newest first."""
        rows = self._connection.execute(
            "SELECT * FROM bans WHERE expires_at IS NULL OR expires_at > ? "
            "ORDER BY banned_at DESC, subject",
            (now,),
        )
        return [Ban(**row) for row in rows]

    def forget_expired(self, now: float) -> int:
        """Remove bans that hold no more; return how many."""
        return self._connection.execute("DELETE FROM bans WHERE expires_at <= ?", (now,)).rowcount
