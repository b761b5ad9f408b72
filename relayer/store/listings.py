"""Pages by keyset: a page costs the same at the start and a million rows later."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from relayer.store.batches import Batch
from relayer.store.connection import Connections
from relayer.store.contributions import Contribution
from relayer.store.statuses import (
    BatchStatus,
    ContributionStatus,
    ValidationStatus,
    WithdrawalStatus,
)
from relayer.store.validations import Validation
from relayer.store.withdrawals import Withdrawal

_AFTER_ALL: Final = 2**63 - 1

Row = TypeVar("Row", Contribution, Validation, Withdrawal, Batch)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows, newest first, and where the next page begins."""

    rows: Sequence[Row]
    next_before: int | None  #: pass as ``before``; None on the last page


@dataclass(frozen=True, slots=True)
class _Listing(Generic[Row]):
    """How a table is paged: each of its narrowing columns has an index that ends with the key."""

    table: str
    key: str
    read: Callable[[sqlite3.Row], Row]
    columns: str = "*"


_CONTRIBUTIONS: Final = _Listing("contributions", "sequence", Contribution.from_row)
_VALIDATIONS: Final = _Listing("validations", "sequence", Validation.from_row)
# Their key is no column of theirs, so it has to be named.
_WITHDRAWALS: Final = _Listing("withdrawals", "rowid", Withdrawal.from_row, "rowid, *")
_BATCHES: Final = _Listing("batches", "id", Batch.from_row)


class ListingRoom:
    """Reads pages; ``before`` is where the page before ended, None begins with the newest."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def contributions(
        self,
        *,
        player: str | None,
        status: ContributionStatus | None,
        before: int | None,
        limit: int,
        game: str | None = None,
    ) -> Page[Contribution]:
        """Return up to ``limit`` contributions, of a player, a game or with a status if given."""
        wanted = {"player": player, "game": game, "status": status}
        return self._page(_CONTRIBUTIONS, wanted, before, limit)

    def validations(
        self,
        *,
        validator: str | None,
        status: ValidationStatus | None,
        before: int | None,
        limit: int,
    ) -> Page[Validation]:
        """Return up to ``limit`` validations, of one player or with one status if given."""
        return self._page(_VALIDATIONS, {"validator": validator, "status": status}, before, limit)

    def withdrawals(
        self,
        *,
        player: str | None,
        status: WithdrawalStatus | None,
        before: int | None,
        limit: int,
    ) -> Page[Withdrawal]:
        """Return up to ``limit`` withdrawals, of one player or with one status if given."""
        return self._page(_WITHDRAWALS, {"player": player, "status": status}, before, limit)

    def batches(
        self,
        *,
        trainer: str | None,
        status: BatchStatus | None,
        before: int | None,
        limit: int,
    ) -> Page[Batch]:
        """Return up to ``limit`` batches, of one trainer or with one status if given."""
        return self._page(_BATCHES, {"trainer": trainer, "status": status}, before, limit)

    def _page(
        self,
        listing: _Listing[Row],
        wanted: Mapping[str, str | None],
        before: int | None,
        limit: int,
    ) -> Page[Row]:
        given = {column: value for column, value in wanted.items() if value is not None}
        conditions = "".join(f"{column} = :{column} AND " for column in given)
        # Table and columns are the words above, never a caller's.
        statement = (
            f"SELECT {listing.columns} FROM {listing.table} "  # noqa: S608
            f"WHERE {conditions}{listing.key} < :before "
            f"ORDER BY {listing.key} DESC LIMIT :limit"
        )
        place = {"before": _AFTER_ALL if before is None else before, "limit": limit + 1}
        rows = self._connections.database.conn.execute(statement, {**given, **place}).fetchall()
        is_last = len(rows) <= limit
        return Page(
            [listing.read(row) for row in rows[:limit]],
            None if is_last else int(rows[limit - 1][listing.key]),
        )
