"""The list of transactions: one line for each nonce of a signer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from relayer.ops.lists import filters
from relayer.ops.lists.columns import Column, Kind, Line, Page, key_of, place_of, wei
from relayer.ops.lists.filters import Filter
from relayer.store import Store
from relayer.store.exploring import TransactionFilter
from relayer.store.histories import TransactionHistory
from relayer.store.statuses import TransactionKind, TransactionStatus
from relayer.store.transactions import Transaction

FILTERS: Final = (
    filters.choice("status", "Status", TransactionStatus),
    filters.choice("kind", "Kind", TransactionKind),
    Filter("signer", "Signer", filters.read_address),
    Filter("nonce", "Nonce", filters.read_number),
)


class TransactionList:
    """Transactions, newest first.

    Args:
        store: where they are.
        wanted: which of them.
    """

    name = "transactions"
    columns = (
        Column("id", "Transaction", Kind.TRANSACTION),
        Column("kind", "Kind"),
        Column("status", "Status", Kind.STATUS),
        Column("reason", "Reason"),
        Column("signer", "Signer", Kind.SIGNER),
        Column("nonce", "Nonce", Kind.NUMBER),
        Column("attempts", "Attempts", Kind.NUMBER),
        Column("hash", "Hash", Kind.HASH),
        Column("created_at", "Prepared", Kind.TIME),
        Column("mined_at", "Mined", Kind.TIME),
        Column("confirmed_at", "Final", Kind.TIME),
        Column("block_number", "Block", Kind.NUMBER),
        Column("gas_limit", "Gas limit", Kind.NUMBER, is_shown=False),
        Column("gas_used", "Gas", Kind.NUMBER),
        Column("effective_gas_price_wei", "Price of gas", Kind.WEI, is_shown=False),
        Column("cost_wei", "Cost", Kind.WEI),
    )

    def __init__(self, store: Store, wanted: TransactionFilter) -> None:
        self._store = store
        self._wanted = wanted

    def page(self, place: str | None, limit: int) -> Page:
        """Return lines from a place on."""
        found = self._store.exploring.transactions(self._wanted, key_of(place), limit)
        lines = transaction_lines(self._store, found.rows)
        return Page(lines, place_of(found.next_before), found.looked_at)


def transaction_lines(store: Store, rows: Sequence[Transaction]) -> list[Line]:
    """Return transactions as lines of the list."""
    histories = store.histories.of_transactions([row.id for row in rows])
    return [_line(row, histories.get(row.id)) for row in rows]


def _line(row: Transaction, history: TransactionHistory | None) -> Line:
    attempts = () if history is None else history.attempts
    price = row.effective_gas_price_wei
    cost_wei = None if row.gas_used is None or price is None else row.gas_used * price
    return {
        "id": row.id,
        "kind": row.kind.value,
        "status": row.status.value,
        "reason": row.reason,
        "signer": row.signer,
        "nonce": row.nonce,
        "attempts": len(attempts),
        "hash": row.mined_hash or (attempts[-1].hash if attempts else None),
        "created_at": row.created_at,
        "mined_at": row.mined_at,
        "confirmed_at": row.confirmed_at,
        "block_number": row.block_number,
        "gas_limit": row.gas_limit,
        "gas_used": row.gas_used,
        "effective_gas_price_wei": wei(price),
        "cost_wei": wei(cost_wei),
    }
