"""Alerts as they stand, and what happened to them."""

from __future__ import annotations

import sqlite3
from dataclasses import astuple, dataclass, fields
from enum import StrEnum

from relayer.store.connection import Connections


class AlertEvent(StrEnum):
    """What can happen to an alert."""

    RAISED = "raised"
    WORSE = "worse"  #: it was amber and is red
    REPEATED = "repeated"  #: told again, since it still stands
    CLEARED = "cleared"
    ACKNOWLEDGED = "acknowledged"  #: somebody knows; it is repeated no more
    SILENCED = "silenced"  #: it is not told of for a while
    UNSILENCED = "unsilenced"
    TESTED = "tested"  #: somebody tried whether news arrive


@dataclass(frozen=True, slots=True)
class AlertStanding:
    """One alert; levels are ``green``, ``amber`` and ``red``, times unix seconds."""

    name: str
    level: str  #: of the last look
    sentence: str  #: of the last look
    looked_at: float
    raised_level: str | None = None  #: None: it is not raised
    raised_at: float | None = None
    turning_since: float | None = None  #: since when the looks say otherwise
    turning_looks: int = 0  #: how many of them in a row
    told_at: float | None = None  #: None: nobody was told since it was raised
    acknowledged_by: str | None = None
    silenced_until: float | None = None
    silenced_by: str | None = None

    @property
    def is_raised(self) -> bool:
        """Whether it stands."""
        return self.raised_level is not None

    def is_silent(self, now: float) -> bool:
        """Whether it is not told of now."""
        return self.silenced_until is not None and now < self.silenced_until


@dataclass(frozen=True, slots=True)
class AlertHappening:
    """One thing that happened to an alert."""

    at: float
    alert: str
    event: AlertEvent
    level: str
    sentence: str
    who: str | None = None  #: None: it happened by itself
    sequence: int = 0  #: 0: not stored yet


_COLUMNS = tuple(field.name for field in fields(AlertStanding))
_AFTER_ALL = 2**63 - 1


class AlertRoom:
    """Reads and writes alerts and their history."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def take_turn(self, now: float, interval_s: float) -> bool:
        """Return whether it is the caller's turn to look; then it is nobody's for a while.

        A turn that lies further ahead than that was noted before the clock was set back.
        """
        is_due = "(due_at <= ?1 OR due_at > ?1 + ?2)"
        select = f"SELECT 1 FROM alert_turn WHERE {is_due}"  # noqa: S608 - a literal
        if self._connection.execute(select, (now, interval_s)).fetchone() is None:
            return False
        cursor = self._connection.execute(
            f"UPDATE alert_turn SET due_at = ?1 + ?2 WHERE {is_due}",  # noqa: S608 - a literal
            (now, interval_s),
        )
        return cursor.rowcount == 1

    def all(self) -> dict[str, AlertStanding]:
        """Return every alert that was ever looked at, by name."""
        rows = self._connection.execute("SELECT * FROM alerts ORDER BY name")
        return {row["name"]: AlertStanding(**row) for row in rows}

    def get(self, name: str) -> AlertStanding | None:
        """Return one alert, or None when nobody has looked at it yet."""
        row = self._connection.execute("SELECT * FROM alerts WHERE name = ?", (name,)).fetchone()
        return None if row is None else AlertStanding(**row)

    def write(self, standing: AlertStanding) -> None:
        """Note how an alert stands."""
        marks = ", ".join("?" * len(_COLUMNS))
        self._connection.execute(
            f"INSERT OR REPLACE INTO alerts ({', '.join(_COLUMNS)}) VALUES ({marks})",  # noqa: S608 - names are literals
            astuple(standing),
        )

    def note(self, happening: AlertHappening) -> None:
        """Add something to the history."""
        self._connection.execute(
            "INSERT INTO alert_events (at, alert, event, level, sentence, who) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            astuple(happening)[:-1],
        )

    def history(self, limit: int, before: int | None = None) -> list[AlertHappening]:
        """Return what happened, the newest first, from below a sequence number on."""
        rows = self._connection.execute(
            "SELECT at, alert, event, level, sentence, who, sequence FROM alert_events "
            "WHERE sequence < ? ORDER BY sequence DESC LIMIT ?",
            (_AFTER_ALL if before is None else before, limit),
        )
        return [AlertHappening(**{**row, "event": AlertEvent(row["event"])}) for row in rows]

    def sweep(self, before: float) -> int:
        """Forget what happened before a time; return how much."""
        return self._connection.execute("DELETE FROM alert_events WHERE at < ?", (before,)).rowcount
