"""Players as the worker last saw them in the Forwarder, and what the store knows of their work."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from relayer.store.connection import Connections


@dataclass(frozen=True, slots=True)
class PlayerSnapshot:
    """A player's slot in the Forwarder: what ``player(address)`` returned."""

    address: str
    highest_nonce: int
    seen: int  #: bit i is set when nonce ``highest_nonce - i`` was used
    balance_wei: int
    refreshed_at: float  #: unix seconds


class PlayerRoom:
    """Reads and writes players."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def get(self, address: str) -> PlayerSnapshot | None:
        """Return what the worker last read, or None for a player it never met."""
        row = self._connection.execute(
            "SELECT * FROM players WHERE address = ?", (address,)
        ).fetchone()
        if row is None:
            return None
        return PlayerSnapshot(
            address=row["address"],
            highest_nonce=row["highest_nonce"],
            seen=int(row["seen"], 16),
            balance_wei=int(row["balance_wei"]),
            refreshed_at=row["refreshed_at"],
        )

    def write(self, players: Sequence[PlayerSnapshot]) -> None:
        """Insert or replace players that were read from the chain."""
        self._connection.executemany(
            "INSERT INTO players (address, highest_nonce, seen, balance_wei, refreshed_at) "
            "VALUES (?, ?, ?, ?, ?) ON CONFLICT (address) DO UPDATE SET "
            "highest_nonce = excluded.highest_nonce, seen = excluded.seen, "
            "balance_wei = excluded.balance_wei, refreshed_at = excluded.refreshed_at "
            "WHERE excluded.refreshed_at >= players.refreshed_at",
            [
                (p.address, p.highest_nonce, f"{p.seen:#x}", str(p.balance_wei), p.refreshed_at)
                for p in players
            ],
        )

    def counts(self, address: str) -> dict[str, int]:
        """Return how many contributions of a player stand where, by status."""
        rows = self._connection.execute(
            "SELECT status, count(*) AS count FROM contributions WHERE player = ? GROUP BY status",
            (address,),
        )
        return {row["status"]: row["count"] for row in rows}

    def known(self, addresses: Sequence[str]) -> set[str]:
        """Return which of the given players the worker has met on the chain."""
        rows = self._connection.execute(
            "SELECT address FROM players WHERE address IN (SELECT value FROM json_each(?))",
            (json.dumps(list(addresses)),),
        )
        return {row["address"] for row in rows}
