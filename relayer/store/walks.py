"""Walks: lists by any filter, whose pages cost the same in front of ten rows and of a million.

A walk goes through a table from its newest row back, along the index of the narrowest filter that
has one, and looks at each row whether it fits the others. It looks at so many rows and no more:
where few of them fit, a page ends before it is full and says where the next one goes on.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

#: Rows that one page looks at.
MOST_LOOKED_AT: Final = 10_000
#: Above every key.
AFTER_ALL: Final = 2**63 - 1

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Found(Generic[Row]):
    """A page: the rows that fit, newest first, and where the next page goes on."""

    rows: Sequence[Row]
    next_before: int | None  #: pass as ``before``; None: nothing is left
    looked_at: int  #: rows that were looked at for it


@dataclass(frozen=True, slots=True)
class Route:
    """Which rows are passed, and which of them fit; the words are this package's, never a caller's.

    Attributes:
        index: the index to go along; None: the table itself.
        passes: conditions that the index answers, with named values.
        fits: conditions that are looked at row by row.
        values: of the names in the conditions.
        least: no key below it is passed.
    """

    index: str | None = None
    passes: tuple[str, ...] = ()
    fits: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    least: int = 0


@dataclass(frozen=True, slots=True)
class Walk(Generic[Row]):
    """How a table is walked.

    Attributes:
        table: its name.
        key: the integer that grows with every row.
        read: makes a row of what was selected.
        columns: what is selected.
    """

    table: str
    key: str
    read: Callable[[sqlite3.Row], Row]
    columns: str = "*"

    def page(
        self,
        connection: sqlite3.Connection,
        route: Route,
        before: int | None,
        limit: int,
        most_looked_at: int = MOST_LOOKED_AT,
    ) -> Found[Row]:
        """Return up to ``limit`` rows that fit and come before a key."""
        keys, next_before, looked_at = self._keys(connection, route, before, limit, most_looked_at)
        return Found(self._rows(connection, keys), next_before, looked_at)

    def _keys(
        self,
        connection: sqlite3.Connection,
        route: Route,
        before: int | None,
        limit: int,
        most: int,
    ) -> tuple[list[int], int | None, int]:
        values = {
            **route.values,
            "walk_before": AFTER_ALL if before is None else before,
            "walk_least": route.least,
            "walk_most": most,
        }
        keys: list[int] = []
        looked_at, place = 0, 0
        for place, is_fit in connection.execute(self._statement(route), values):
            looked_at += 1
            if is_fit and len(keys) == limit:
                return keys, keys[-1], looked_at
            if is_fit:
                keys.append(place)
        return keys, place if looked_at == most else None, looked_at

    def _statement(self, route: Route) -> str:
        along = "NOT INDEXED" if route.index is None else f"INDEXED BY {route.index}"
        passes = "".join(f"{condition} AND " for condition in route.passes)
        return (
            f"SELECT {self.key}, {' AND '.join(route.fits) or '1'} "  # noqa: S608 - see Route
            f"FROM {self.table} {along} WHERE {passes}{self.key} < :walk_before "
            f"AND {self.key} >= :walk_least ORDER BY {self.key} DESC LIMIT :walk_most"
        )

    def _rows(self, connection: sqlite3.Connection, keys: Sequence[int]) -> list[Row]:
        rows = connection.execute(
            f"SELECT {self.columns} FROM {self.table} "  # noqa: S608 - literals
            f"WHERE {self.key} IN (SELECT value FROM json_each(?)) ORDER BY {self.key} DESC",
            (json.dumps(keys),),
        )
        return [self.read(row) for row in rows]
