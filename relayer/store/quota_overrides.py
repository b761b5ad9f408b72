"""Quotas that an operator has set for single players, networks and games."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from relayer.store.connection import Connections


@dataclass(frozen=True, slots=True)
class QuotaOverride:
    """How many submissions somebody may send in a window, whatever the settings say."""

    subject: str  #: ``player:<address>``, ``network:<…>`` or ``key:<id>``
    quota: int
    reason: str
    set_at: float
    expires_at: float | None  #: None: when the operator says so


class QuotaOverrideRoom:
    """Reads and sets overrides; `AllowanceRoom.limits` is where they count."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def set(
        self, subject: str, quota: int, reason: str, now: float, expires_at: float | None = None
    ) -> None:
        """Set somebody's quota; an earlier override of the same is replaced."""
        self._connection.execute(
            "INSERT INTO quota_overrides (subject, quota, reason, set_at, expires_at) "
            "VALUES (?, ?, ?, ?, ?) ON CONFLICT (subject) DO UPDATE SET quota = excluded.quota, "
            "reason = excluded.reason, set_at = excluded.set_at, expires_at = excluded.expires_at",
            (subject, quota, reason, now, expires_at),
        )

    def lift(self, subject: str) -> bool:
        """Go by the settings again; False when there was no override."""
        cursor = self._connection.execute(
            "DELETE FROM quota_overrides WHERE subject = ?", (subject,)
        )
        return cursor.rowcount == 1

    def get(self, subject: str, now: float) -> QuotaOverride | None:
        """Return the override that holds now, or None."""
        row = self._connection.execute(
            "SELECT * FROM quota_overrides WHERE subject = ? "
            "AND (expires_at IS NULL OR expires_at > ?)",
            (subject, now),
        ).fetchone()
        return None if row is None else QuotaOverride(**row)

    def newest(self, now: float) -> list[QuotaOverride]:
        """Return all overrides that hold now, the newest first."""
        rows = self._connection.execute(
            "SELECT * FROM quota_overrides WHERE expires_at IS NULL OR expires_at > ? "
            "ORDER BY set_at DESC, subject",
            (now,),
        )
        return [QuotaOverride(**row) for row in rows]

    def forget_expired(self, now: float) -> int:
        """Remove overrides that hold no more; return how many."""
        return self._connection.execute(
            "DELETE FROM quota_overrides WHERE expires_at <= ?", (now,)
        ).rowcount
