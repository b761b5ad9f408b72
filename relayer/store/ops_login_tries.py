"""Passwords that were tried at the ops dashboard, so that nobody tries many."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from relayer.store.connection import Connections


class OpsLoginTryRoom:
    """Counts tries by subject: a user or an address."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def begin(self, most: Mapping[str, int], now: float, window_s: float) -> float | None:
        """Count a try before the password is looked at, unless there were too many.

        Args:
            most: how many tries each subject may have in a window.
            now: unix seconds.
            window_s: how long a try counts.

        Returns:
            None when it was counted; else the time from which on another one is.
        """
        with self._connections.transaction() as connection:
            connection.execute("DELETE FROM ops_login_tries WHERE at <= ?", (now - window_s,))
            waits = [
                until_at
                for subject, count in most.items()
                if (until_at := self._full_until(subject, count, window_s)) is not None
            ]
            if waits:
                return max(waits)
            connection.executemany(
                "INSERT INTO ops_login_tries (subject, at) VALUES (?, ?)",
                [(subject, now) for subject in most],
            )
        return None

    def forget(self, subject: str) -> None:
        """Count anew for a subject: the password was right, or it is another one now."""
        self._connection.execute("DELETE FROM ops_login_tries WHERE subject = ?", (subject,))

    def _full_until(self, subject: str, most: int, window_s: float) -> float | None:
        """When the oldest of the tries that still count is over, if they are all there may be."""
        row = self._connection.execute(
            "SELECT at FROM ops_login_tries WHERE subject = ? ORDER BY at DESC LIMIT 1 OFFSET ?",
            (subject, most - 1),
        ).fetchone()
        return None if row is None else float(row["at"]) + window_s
