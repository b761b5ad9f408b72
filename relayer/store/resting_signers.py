"""Accounts that begin nothing new, because an operator said so."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from relayer.store.connection import Connections


@dataclass(frozen=True, slots=True)
class Rest:
    """Why an account rests, and since when."""

    address: str
    reason: str
    since: float


class RestingSignerRoom:
    """Reads and sets which accounts rest; the worker sees it with its next choice."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def rest(self, address: str, reason: str, now: float) -> None:
        """Have an account begin nothing new."""
        self._connection.execute(
            "INSERT INTO resting_signers (address, reason, since) VALUES (?, ?, ?) "
            "ON CONFLICT (address) DO UPDATE SET reason = excluded.reason, since = excluded.since",
            (address, reason, now),
        )

    def wake(self, address: str) -> bool:
        """Let an account send again; False when it was not resting."""
        cursor = self._connection.execute(
            "DELETE FROM resting_signers WHERE address = ?", (address,)
        )
        return cursor.rowcount == 1

    def all(self) -> dict[str, Rest]:
        """Return those that rest, by address."""
        rows = self._connection.execute("SELECT * FROM resting_signers ORDER BY address")
        return {row["address"]: Rest(**row) for row in rows}
