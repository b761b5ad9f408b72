"""How often play tickets were used."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping

from relayer.store.connection import Connections


class TicketUseRoom:
    """Counts uses; call it in the transaction that stores what used the tickets."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def used(self, tickets: Collection[str]) -> dict[str, int]:
        """Return how often each of these was used, if it was."""
        rows = self._connection.execute(
            "SELECT ticket, used FROM ticket_uses WHERE ticket IN (SELECT value FROM json_each(?))",
            (json.dumps(list(tickets)),),
        )
        return {row["ticket"]: row["used"] for row in rows}

    def write(self, used: Mapping[str, tuple[int, int]]) -> None:
        """Note how often tickets were used, and when each is over.

        Args:
            used: by ticket, the count and the unix seconds of its end.
        """
        rows = [[ticket, count, expires_at] for ticket, (count, expires_at) in used.items()]
        self._connection.execute(
            "INSERT INTO ticket_uses (ticket, used, expires_at) "
            "SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?) WHERE true "
            "ON CONFLICT (ticket) DO UPDATE SET used = excluded.used, "
            "expires_at = max(expires_at, excluded.expires_at)",
            (json.dumps(rows),),
        )

    def forget_expired(self, now: float) -> int:
        """Drop tickets that are over; return how many."""
        return self._connection.execute(
            "DELETE FROM ticket_uses WHERE expires_at <= ?", (now,)
        ).rowcount
