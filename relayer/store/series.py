"""Series for plots: what happened in each step of time, how things stood, and marks."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from relayer.series.names import KEEP_S, Level, MarkKind, Series
from relayer.store.connection import Connections

_GWEI = 10**9
_ADD = (
    "INSERT INTO series (name, step_s, at, label, value, rest_wei) VALUES (?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (name, step_s, at, label) DO UPDATE "
    "SET value = value + excluded.value, rest_wei = rest_wei + excluded.rest_wei"
)
_NOTE = (
    "INSERT INTO levels (name, step_s, at, label, last, low, high) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?5) ON CONFLICT (name, step_s, at, label) DO UPDATE "
    "SET last = excluded.last, low = min(low, excluded.low), high = max(high, excluded.high)"
)
_READ = (
    "SELECT at, label, value, rest_wei FROM series "
    "WHERE name = ?1 AND step_s = ?2 AND at >= ?3 AND at < ?4 ORDER BY at"
)
#: Each point by a search of its own: sorting all of them together takes twice as long.
_READ_WIDE = """
WITH RECURSIVE points (start) AS (
    SELECT ?6 UNION ALL SELECT start + ?5 FROM points WHERE start + ?5 < ?4)
SELECT start, label, sum(value), sum(rest_wei) FROM points CROSS JOIN series
 WHERE name = ?1 AND step_s = ?2 AND at >= max(start, ?3) AND at < min(start + ?5, ?4)
 GROUP BY start, label
"""
#: Of several columns without a sum beside a single max(), SQLite takes those of its row
#: (https://sqlite.org/lang_select.html#bareagg).
_LATEST = """
WITH RECURSIVE points (start) AS (
    SELECT ?6 UNION ALL SELECT start + ?5 FROM points WHERE start + ?5 < ?4)
SELECT start, label, last, max(at) FROM points CROSS JOIN levels
 WHERE name = ?1 AND step_s = ?2 AND at >= max(start, ?3) AND at < min(start + ?5, ?4)
 GROUP BY start, label
"""
_LEVELS = (
    "SELECT at, label, last, low, high FROM levels "
    "WHERE name = ?1 AND step_s = ?2 AND at >= ?3 AND at < ?4 ORDER BY at"
)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a sum: it happened at a moment."""

    name: Series
    label: str
    at: float  #: unix seconds
    value: int  #: a count, or wei


class Point(NamedTuple):
    """A value of a step of time: a sum over it, or how something stood at its end."""

    at: int  #: where the step begins
    label: str
    value: int  #: a count, or wei


class Stand(NamedTuple):
    """How something stood in a step of time."""

    at: int
    label: str
    last: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment that is worth a line in every plot."""

    at: float
    kind: MarkKind
    text: str


class SeriesRoom:
    """Reads and writes series, levels and marks."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def add(self, parts: Iterable[Part], now: float) -> None:
        """Add to sums; what is too old for a step of time is left out of it."""
        sums: Counter[tuple[Series, int, int, str]] = Counter()
        for part in parts:
            for step_s, keep_s in KEEP_S.items():
                if keep_s is None or part.at >= now - keep_s:
                    sums[part.name, step_s, _start(part.at, step_s), part.label] += part.value
        with self._connections.transaction() as connection:
            connection.executemany(
                _ADD, [(*key, *_split(key[0], value)) for key, value in sums.items()]
            )

    def note(self, levels: Mapping[tuple[Level, str], int], now: float) -> None:
        """Write down how things stand at a moment, by name and label."""
        rows = [
            (name, step_s, _start(now, step_s), label, value)
            for (name, label), value in levels.items()
            for step_s in KEEP_S
        ]
        with self._connections.transaction() as connection:
            connection.executemany(_NOTE, rows)

    def mark(self, marks: Sequence[Mark]) -> None:
        """Keep moments."""
        with self._connections.transaction() as connection:
            connection.executemany(
                "INSERT INTO marks (at, kind, text) VALUES (?, ?, ?)",
                [(mark.at, mark.kind, mark.text) for mark in marks],
            )

    def prune(self, now: float) -> None:
        """Forget the steps of time that are kept for a while only."""
        with self._connections.transaction() as connection:
            for table, names in (("series", Series), ("levels", Level)):
                connection.executemany(
                    f"DELETE FROM {table} WHERE name = ? AND step_s = ? AND at < ?",  # noqa: S608 - literals
                    [
                        (name, step_s, int(now) - keep_s)
                        for name in names
                        for step_s, keep_s in KEEP_S.items()
                        if keep_s is not None
                    ],
                )

    def points(
        self, name: Series, step_s: int, from_at: float, until_at: float, width_s: int | None = None
    ) -> list[Point]:
        """Return sums between two moments, by time.

        Args:
            name: of what.
            step_s: the steps of time that are read.
            from_at: where the first of them may begin.
            until_at: where none may begin any more.
            width_s: how long a point is; default: one step.
        """
        given: tuple[str | float, ...] = (name, step_s, from_at, until_at)
        query = _READ
        if width_s is not None and width_s != step_s:
            query, given = _READ_WIDE, (*given, width_s, _start(from_at, width_s))
        rows = self._connection.execute(query, given)
        if not name.is_money:
            return [Point(*row[:3]) for row in rows]
        return [Point(at, label, value * _GWEI + rest) for at, label, value, rest in rows]

    def stands(self, name: Level, step_s: int, from_at: float, until_at: float) -> list[Stand]:
        """Return how something stood between two moments, by time."""
        rows = self._connection.execute(_LEVELS, (name, step_s, from_at, until_at))
        return list(map(Stand._make, rows))

    def latest(
        self, name: Level, step_s: int, from_at: float, until_at: float, width_s: int
    ) -> list[Point]:
        """Return how something stood at the end of each step between two moments, by time.

        Args:
            name: of what.
            step_s: the steps of time that are read.
            from_at: where the first of them may begin.
            until_at: where none may begin any more.
            width_s: how long a step of the answer is.
        """
        given = (name, step_s, from_at, until_at, width_s, _start(from_at, width_s))
        return [Point(*row[:3]) for row in self._connection.execute(_LATEST, given)]

    def first(self, name: Level) -> int | None:
        """Return the hour in which something was looked at for the first time, or None."""
        row = self._connection.execute(
            "SELECT min(at) AS at FROM levels WHERE name = ? AND step_s = 3600", (name,)
        ).fetchone()
        return None if row["at"] is None else int(row["at"])

    def marks(self, from_at: float, most: int = 200) -> list[Mark]:
        """Return the latest marks from a moment on, the first first."""
        rows = self._connection.execute(
            "SELECT at, kind, text FROM marks WHERE at >= ? ORDER BY at DESC LIMIT ?",
            (from_at, most),
        ).fetchall()
        return [Mark(row["at"], MarkKind(row["kind"]), row["text"]) for row in reversed(rows)]


def _start(at: float, step_s: int) -> int:
    return int(at // step_s) * step_s


def _split(name: Series, value: int) -> tuple[int, int]:
    """Whole gwei and what is left of an amount: sums of wei may exceed 63 bits."""
    return divmod(value, _GWEI) if name.is_money else (value, 0)
