"""Pauses of the intake and of the sending, as the operator set them."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from enum import StrEnum

from relayer.store.connection import Connections


class Switch(StrEnum):
    """What can be paused."""

    INTAKE = "intake"
    SENDING = "sending"


@dataclass(frozen=True, slots=True)
class Pause:
    """Why something stands still, since when, and until when."""

    name: Switch
    reason: str
    paused_at: float
    resumes_at: float | None  #: None: when the operator says so


class SwitchRoom:
    """Reads and sets pauses; every process sees them with its next look."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def pause(self, name: Switch, reason: str, now: float, resumes_at: float | None = None) -> None:
        """Pause something; a pause that stands already is replaced."""
        self._connection.execute(
            "INSERT INTO switches (name, reason, paused_at, resumes_at) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (name) DO UPDATE SET reason = excluded.reason, "
            "paused_at = excluded.paused_at, resumes_at = excluded.resumes_at",
            (name, reason, now, resumes_at),
        )

    def resume(self, name: Switch) -> bool:
        """Take a pause back; False when there was none."""
        cursor = self._connection.execute("DELETE FROM switches WHERE name = ?", (name,))
        return cursor.rowcount == 1

    def pause_of(self, name: Switch, now: float) -> Pause | None:
        """Return the pause that holds now, if one does."""
        row = self._connection.execute(
            "SELECT * FROM switches WHERE name = ? AND (resumes_at IS NULL OR resumes_at > ?)",
            (name, now),
        ).fetchone()
        return None if row is None else Pause(**{**dict(row), "name": Switch(row["name"])})
