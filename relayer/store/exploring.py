"""Lists of the dashboard: contributions, batches, transactions by any combination of filters."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field, fields
from typing import Any, Final

from relayer.store.batches import Batch
from relayer.store.connection import Connections
from relayer.store.contributions import Contribution
from relayer.store.transactions import Transaction
from relayer.store.walks import MOST_LOOKED_AT, Found, Route, Walk

_CONTRIBUTIONS: Final = Walk("contributions", "sequence", Contribution.from_row)
# Lists show neither records nor calldata, and these are long.
_BATCHES: Final = Walk(
    "batches",
    "id",
    Batch.from_row,
    "id, transaction_id, trainer, item_count, status, chain_batch_id, header, terms, "
    "NULL AS records, open_map, added_at, due_at, closed_at",
)
_TRANSACTIONS: Final = Walk(
    "transactions",
    "id",
    Transaction.from_row,
    "id, kind, signer, nonce, to_address, x'' AS data, gas_limit, value_wei, status, reason, "
    "created_at, mined_at, confirmed_at, block_number, block_hash, mined_hash, gas_used, "
    "effective_gas_price_wei, succeeded, reopened",
)

_UNDER_WAY: Final = ("prepared", "sent", "mined")
#: By how much contributions that come in together may be stored out of the order of their times.
_DISORDER_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class ContributionFilter:
    """What contributions are wanted; None: whichever."""

    batch: int | None = field(default=None, metadata={"column": "batch_id"})
    player: str | None = field(default=None, metadata={"column": "player"})
    reason: str | None = field(default=None, metadata={"column": "reason"})
    game: str | None = field(default=None, metadata={"column": "game"})
    status: str | None = field(default=None, metadata={"column": "status"})
    trainer: str | None = field(default=None, metadata={"column": "trainer"})
    nonce: int | None = field(default=None, metadata={"column": "nonce"})
    outcome: str | None = field(default=None, metadata={"column": "outcome"})
    request_id: str | None = field(default=None, metadata={"column": "request_id"})
    from_at: float | None = None  #: accepted then or later
    until_at: float | None = None  #: accepted before then


#: The indexes that end with the sequence, the narrowest filter first.
_INDEXES: Final = {
    "batch": "contributions_by_batch",
    "player": "contributions_by_player",
    "reason": "contributions_by_reason",
    "game": "contributions_by_game",
    "status": "contributions_by_status",
}


@dataclass(frozen=True, slots=True)
class TransactionFilter:
    """What transactions are wanted; None: whichever."""

    # What stands behind the calldata in a row is looked at last.
    signer: str | None = None
    kind: str | None = None
    nonce: int | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True)
class BatchFilter:
    """What batches are wanted; None: whichever."""

    trainer: str | None = None
    status: str | None = None


class ExploringRoom:
    """Reads pages of what fits a filter; ``before`` is where the page before ended."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def contributions(
        self,
        wanted: ContributionFilter,
        before: int | None,
        limit: int,
        most_looked_at: int = MOST_LOOKED_AT,
    ) -> Found[Contribution]:
        """Return contributions, newest first.

        Times of acceptance are taken to grow with the sequence: where the clock was set back while
        contributions came in, a time range may leave some out.
        """
        least, before = self._between(wanted, before)
        route = _contribution_route(wanted, least)
        return _CONTRIBUTIONS.page(self._connection, route, before, limit, most_looked_at)

    def batches(self, wanted: BatchFilter, before: int | None, limit: int) -> Found[Batch]:
        """Return batches, newest first."""
        given = _given(wanted)
        index = next((name for name in ("trainer", "status") if name in given), None)
        route = Route(
            index=None if index is None else f"batches_by_{index}",
            passes=tuple(f"{name} = :{name}" for name in given if name == index),
            fits=tuple(f"{name} = :{name}" for name in given if name != index),
            values=given,
        )
        return _BATCHES.page(self._connection, route, before, limit)

    def transactions(
        self, wanted: TransactionFilter, before: int | None, limit: int
    ) -> Found[Transaction]:
        """Return transactions, newest first."""
        route = _transaction_route(wanted)
        return _TRANSACTIONS.page(self._connection, route, before, limit)

    def _first_at(self, moment: float) -> int:
        """The first sequence that was accepted at a time or later; one above all: none was."""
        ends = self._connection.execute(
            "SELECT (SELECT min(sequence) FROM contributions), "
            "(SELECT max(sequence) FROM contributions)"
        ).fetchone()
        if ends[0] is None:
            return 1
        low, high = int(ends[0]), int(ends[1]) + 1
        while low < high:
            middle = (low + high) // 2
            at = self._connection.execute(
                "SELECT accepted_at FROM contributions WHERE sequence >= ? "
                "ORDER BY sequence LIMIT 1",
                (middle,),
            ).fetchone()
            if at[0] < moment:
                low = middle + 1
            else:
                high = middle
        return low

    def _between(self, wanted: ContributionFilter, before: int | None) -> tuple[int, int | None]:
        """The sequences between which all that was accepted in the wanted time lies."""
        least = 0 if wanted.from_at is None else self._first_at(wanted.from_at - _DISORDER_S)
        if wanted.until_at is None:
            return least, before
        end = self._first_at(wanted.until_at + _DISORDER_S)
        return least, end if before is None else min(before, end)


def _given(wanted: ContributionFilter | BatchFilter | TransactionFilter) -> dict[str, Any]:
    values = {each.name: getattr(wanted, each.name) for each in fields(wanted)}
    return {name: value for name, value in values.items() if value is not None}


def _contribution_route(wanted: ContributionFilter, least: int) -> Route:
    columns = {each.name: each.metadata.get("column") for each in fields(wanted)}
    given = {name: value for name, value in _given(wanted).items() if columns[name]}
    if wanted.outcome is not None:
        given.setdefault("status", "settled")  # nothing else has one, and there is an index
    index = next((name for name in _INDEXES if name in given), None)
    conditions = {name: f"{columns[name]} = :{name}" for name in given}
    passes = () if index is None else (conditions.pop(index),)
    times = {"from_at": "accepted_at >= :from_at", "until_at": "accepted_at < :until_at"}
    limits = {name: getattr(wanted, name) for name in times if getattr(wanted, name) is not None}
    return Route(
        index=None if index is None else _INDEXES[index],
        passes=passes,
        fits=(*conditions.values(), *(times[name] for name in limits)),
        values={**given, **limits},
        least=least,
    )


def _transaction_route(wanted: TransactionFilter) -> Route:
    given = _given(wanted)
    index, passes = _transaction_index(wanted)
    return Route(
        index=index,
        passes=passes,
        fits=tuple(f"{name} = :{name}" for name in given),
        values=given,
    )


def _transaction_index(wanted: TransactionFilter) -> tuple[str | None, tuple[str, ...]]:
    """Along what to go, with the conditions in the words of partial indexes."""
    if wanted.signer is not None and wanted.nonce is not None:
        return "sqlite_autoindex_transactions_1", ("signer = :signer", "nonce = :nonce")
    if wanted.status == "failed":
        return "transactions_failed", ("status = 'failed'",)
    if wanted.status in _UNDER_WAY:
        return "transactions_unfinished", ("status IN ('prepared', 'sent', 'mined')",)
    if wanted.kind is not None:
        return "transactions_by_kind", ("kind = :kind",)
    return None, ()
