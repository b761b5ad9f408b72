"""The list of batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from relayer.ops.lists import filters
from relayer.ops.lists.columns import Column, Kind, Line, Page, key_of, place_of, wei
from relayer.ops.lists.filters import Filter
from relayer.store import Store
from relayer.store.batches import Batch
from relayer.store.exploring import BatchFilter
from relayer.store.histories import TransactionHistory
from relayer.store.reward_stage import Spent
from relayer.store.statuses import BatchStatus

FILTERS: Final = (
    filters.choice("status", "Status", BatchStatus),
    Filter("trainer", "Trainer", filters.read_address),
)


class BatchList:
    """Batches, newest first.

    Args:
        store: where they are.
        wanted: which of them.
    """

    name = "batches"
    columns = (
        Column("id", "Batch", Kind.BATCH),
        Column("status", "Status", Kind.STATUS),
        Column("trainer", "Trainer", Kind.TRAINER),
        Column("item_count", "Items", Kind.NUMBER),
        Column("open_count", "Open", Kind.NUMBER),
        Column("chain_batch_id", "On chain", Kind.NUMBER),
        Column("transaction_id", "Transaction", Kind.TRANSACTION),
        Column("signer", "Signer", Kind.SIGNER, is_shown=False),
        Column("attempts", "Attempts", Kind.NUMBER),
        Column("hash", "Hash", Kind.HASH),
        Column("block_number", "Block", Kind.NUMBER),
        Column("cost_wei", "Cost", Kind.WEI),
        Column("cost_per_item_wei", "Each", Kind.WEI),
        Column("added_at", "Added", Kind.TIME),
        Column("due_at", "Due", Kind.TIME),
        Column("closed_at", "Closed", Kind.TIME),
    )

    def __init__(self, store: Store, wanted: BatchFilter) -> None:
        self._store = store
        self._wanted = wanted

    def page(self, place: str | None, limit: int) -> Page:
        """Return lines from a place on."""
        found = self._store.exploring.batches(self._wanted, key_of(place), limit)
        return Page(self._lines(found.rows), place_of(found.next_before), found.looked_at)

    def line(self, batch: Batch) -> Line:
        """Return the line of one batch."""
        [line] = self._lines([batch])
        return line

    def _lines(self, batches: Sequence[Batch]) -> list[Line]:
        ids = [row.transaction_id for row in batches]
        histories = self._store.histories.of_transactions(ids)
        spent = self._store.reward_stage.spent(ids)
        return [
            _line(row, histories.get(row.transaction_id), spent.get(row.transaction_id))
            for row in batches
        ]


def _line(row: Batch, history: TransactionHistory | None, spent: Spent | None) -> Line:
    attempts = () if history is None else history.attempts
    mined_hash = None if spent is None else spent.mined_hash
    cost_wei = None if spent is None else spent.cost_wei
    return {
        "id": row.id,
        "status": row.status.value,
        "trainer": row.trainer,
        "item_count": row.item_count,
        "open_count": None if row.open_map is None else int(row.open_map, 16).bit_count(),
        "chain_batch_id": row.chain_batch_id,
        "transaction_id": row.transaction_id,
        "signer": None if spent is None else spent.signer,
        "attempts": len(attempts),
        "hash": mined_hash or (attempts[-1].hash if attempts else None),
        "block_number": None if history is None else history.block_number,
        "cost_wei": wei(cost_wei),
        "cost_per_item_wei": None if cost_wei is None else wei(cost_wei // row.item_count),
        "added_at": row.added_at,
        "due_at": row.due_at,
        "closed_at": row.closed_at,
    }
