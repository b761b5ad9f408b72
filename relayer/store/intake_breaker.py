"""The state of the intake's breaker, and what it judges by."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from enum import StrEnum

from relayer.store.connection import Connections


class BreakerState(StrEnum):
    """As in electricity: a closed breaker lets everything pass, an open one nothing."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


@dataclass(frozen=True, slots=True)
class BreakerRow:
    """Where the breaker stands."""

    state: BreakerState
    since: float  #: ends before this are not looked at
    until_at: float  #: when it moves on by itself
    probes_left: int  #: contributions that a half-open breaker still lets pass


@dataclass(frozen=True, slots=True)
class PlayerEnds:
    """How the contributions of one player ended of late."""

    good: int
    bad: int


class IntakeBreakerRoom:
    """Reads and changes the breaker. The worker moves it, web processes take probes."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def read(self) -> BreakerRow:
        """Return where the breaker stands."""
        row = self._connection.execute(
            "SELECT state, since, until_at, probes_left FROM intake_breaker"
        ).fetchone()
        return BreakerRow(**{**dict(row), "state": BreakerState(row["state"])})

    def write(self, row: BreakerRow) -> None:
        """Move the breaker."""
        self._connection.execute(
            "UPDATE intake_breaker SET state = ?, since = ?, until_at = ?, probes_left = ?",
            (row.state, row.since, row.until_at, row.probes_left),
        )

    def take_probes(self, count: int) -> None:
        """Note that a half-open breaker let contributions pass; call it where they are stored.

        Raises:
            sqlite3.IntegrityError: there are not so many probes left.
        """
        self._connection.execute(
            "UPDATE intake_breaker SET probes_left = probes_left - ? WHERE state = 'half-open'",
            (count,),
        )

    def ends_since(self, start_at: float) -> list[PlayerEnds]:
        """Return how contributions ended since a time, one entry for each player."""
        rows = self._connection.execute(
            "SELECT sum(1 - is_bad) AS good, sum(is_bad) AS bad FROM recent_ends "
            "WHERE at >= ? GROUP BY player",
            (start_at,),
        )
        return [PlayerEnds(**row) for row in rows]

    def forget_ends(self, before: float) -> None:
        """Drop ends that nobody will look at any more."""
        self._connection.execute("DELETE FROM recent_ends WHERE at < ?", (before,))
