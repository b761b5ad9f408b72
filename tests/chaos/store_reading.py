"""What the relayer's store says, read beside the processes that work on it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.chaos.submissions import Kind
from tests.chaos.verdict import Row

_OPEN = ("queued", "sent", "mined")
_UNFINISHED = """
SELECT id, kind, signer, nonce, status, reason FROM transactions
 WHERE status IN ('prepared', 'sent', 'mined')
"""


@dataclass(frozen=True)
class Sums:
    """Running sums over contributions; at the end nothing is reserved and nothing is open."""

    reserved_gwei: int
    open_count: int
    refunded: int
    forfeited: int


class StoreReading:
    """Looks into a database; changes nothing.

    Args:
        database: the file.
    """

    def __init__(self, database: Path) -> None:
        self._database = database

    def unfinished(self) -> list[str]:
        """Transactions without an end, in words."""
        return [f"transaction {row}" for row in self._ask(_UNFINISHED)]

    def open_requests(self) -> int:
        """How many signed requests have no end."""
        return sum(self._open(kind) for kind in Kind)

    def rows(self) -> dict[str, Row]:
        """Every signed request by its id."""
        return {row[0]: Row(*row[1:]) for kind in Kind for row in self._ask(_rows_of(kind))}

    def sums(self) -> Sums:
        """What the store keeps as running sums, and the judge counts one by one."""
        ((reserved_gwei,),) = self._ask("SELECT value FROM totals WHERE name = 'reserved_gwei'")
        ((open_count, refunded, forfeited),) = self._ask(
            "SELECT open_count, refunded, forfeited FROM ledgers WHERE subject = 'house'"
        )
        return Sums(reserved_gwei, open_count, refunded, forfeited)

    def _open(self, kind: Kind) -> int:
        wanted = _OPEN if kind.good_end == "confirmed" else (*_OPEN, "confirmed")
        marks = ", ".join(f"'{status}'" for status in wanted)
        query = f"SELECT count(*) FROM {kind} WHERE status IN ({marks})"  # noqa: S608
        return int(self._ask(query)[0][0])

    def _ask(self, query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self._database, timeout=30)) as connection:
            return connection.execute(query).fetchall()


def _rows_of(kind: Kind) -> str:
    outcome = "outcome" if kind is Kind.CONTRIBUTION else "NULL"
    return f"SELECT id, status, reason, {outcome} FROM {kind}"  # noqa: S608
