"""Quotas, and ledgers of what the house, its keys and its players are charged and have open.

Triggers in ``allowances.sql`` keep the ledgers: whatever changes the state of a contribution
changes them in the same transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping
from typing import NamedTuple

from relayer.store.connection import Connections
from relayer.store.json_text import json_text

HOUSE = "house"

_QUOTAS_AND_OVERRIDES = """
SELECT subject, busy_until_us AS value, 0 AS is_override FROM quotas
 WHERE subject IN (SELECT value FROM json_each(?1))
 UNION ALL
SELECT subject, quota, 1 FROM quota_overrides
 WHERE subject IN (SELECT value FROM json_each(?1)) AND (expires_at IS NULL OR expires_at > ?2)
"""


class LedgerRow(NamedTuple):
    """What somebody is charged on one day, and has open."""

    day: int = 0  #: days since 1970-01-01 UTC
    charged_gwei: int = 0  #: on that day
    open_count: int = 0
    refunded: int = 0
    forfeited: int = 0

    def day_for(self, day: int) -> int:
        """Return which day's books a charge of a day goes into.

        A clock that went back over midnight does not empty the books. One that had been wrong by
        more must not keep them full until its day has come.
        """
        return self.day if day <= self.day <= day + 1 else day

    def charged_on(self, day: int) -> int:
        """Return what is charged on a day."""
        return self.charged_gwei if self.day_for(day) == self.day else 0


class AllowanceRoom:
    """Reads quotas and ledgers; writes quotas."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def quotas(self, subjects: Collection[str]) -> dict[str, int]:
        """Return when the buckets of these would be full again, in unix microseconds."""
        rows = self._connection.execute(
            "SELECT subject, busy_until_us FROM quotas "
            "WHERE subject IN (SELECT value FROM json_each(?))",
            (json_text(list(subjects)),),
        )
        return {row["subject"]: row["busy_until_us"] for row in rows}

    def quotas_and_overrides(
        self, subjects: Collection[str], now: float
    ) -> tuple[dict[str, int], dict[str, int]]:
        """Return what `quotas` does, and for whom an operator has set how many submissions.

        One statement answers both: it is asked with every submission.
        """
        names = json_text(list(subjects))
        rows = self._connection.execute(_QUOTAS_AND_OVERRIDES, (names, now)).fetchall()
        marks, overrides = (
            {row["subject"]: row["value"] for row in rows if row["is_override"] == kind}
            for kind in (0, 1)
        )
        return marks, overrides

    def write_quotas(self, marks: Mapping[str, int]) -> None:
        """Note when buckets will be full again; call it where the submissions are stored."""
        self._connection.execute(
            "INSERT INTO quotas (subject, busy_until_us) "
            "SELECT key, value FROM json_each(?) WHERE true "
            "ON CONFLICT (subject) DO UPDATE SET busy_until_us = excluded.busy_until_us",
            (json_text(marks),),
        )

    def ledgers(self, subjects: Collection[str]) -> dict[str, LedgerRow]:
        """Return the ledgers of those of these that have one."""
        rows = self._connection.execute(
            "SELECT subject, day, charged_gwei, open_count, refunded, forfeited FROM ledgers "
            "WHERE subject IN (SELECT value FROM json_each(?))",
            (json_text(list(subjects)),),
        )
        return {row["subject"]: LedgerRow._make(tuple(row)[1:]) for row in rows}

    def forget_full(self, before_us: int) -> int:
        """Drop buckets that are full again; return how many."""
        return self._connection.execute(
            "DELETE FROM quotas WHERE busy_until_us < ?", (before_us,)
        ).rowcount
