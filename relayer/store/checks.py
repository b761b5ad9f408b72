"""What the worker has looked at outside of the database, and when."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from relayer.store.connection import Connections


@dataclass(frozen=True, slots=True)
class Check:
    """What was found at a moment."""

    value: Mapping[str, Any]
    checked_at: float  #: unix seconds


class CheckRoom:
    """Reads and writes checks, one row for each."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def write(self, name: str, value: Mapping[str, Any], now: float) -> None:
        """Note what was found; what was noted before is replaced."""
        self._connection.execute(
            "INSERT INTO checks (name, value, checked_at) VALUES (?, ?, ?) ON CONFLICT (name) "
            "DO UPDATE SET value = excluded.value, checked_at = excluded.checked_at",
            (name, json.dumps(value), now),
        )

    def forget(self, name: str) -> None:
        """Drop a check: there is nothing to be told of it any more."""
        self._connection.execute("DELETE FROM checks WHERE name = ?", (name,))

    def read(self) -> dict[str, Check]:
        """Return all checks by name."""
        rows = self._connection.execute("SELECT name, value, checked_at FROM checks")
        return {row["name"]: Check(json.loads(row["value"]), row["checked_at"]) for row in rows}
