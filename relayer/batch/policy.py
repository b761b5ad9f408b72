"""When a batch goes out: pure rules without store, chain or clock."""

from __future__ import annotations

from dataclasses import dataclass

#: From this many items on the sponsor pays the fixed cost of the transaction in full
#: (`FeeSchedules.FULL_BATCH`). Below, the relayer bears part of it, so an idle relayer waits a
#: quarter of the window for company before it sends so few.
PAYING_ITEMS = 8
IDLE_WAIT_FRACTION = 4


@dataclass(frozen=True)
class QueueView:
    """What the batcher sees of one trainer's queue.

    Attributes:
        waiting: queued contributions, counted up to a full batch.
        oldest_waited_s: how long the oldest of them has waited.
        batches_under_way: batches of the trainer that no block holds yet.
    """

    waiting: int
    oldest_waited_s: float
    batches_under_way: int


@dataclass(frozen=True)
class BatchPolicy:
    """The operator's wishes: the longest wait and the size of a full batch."""

    max_wait_s: float
    max_items: int
    max_gas: int

    def full_size(self, gas_per_item: int) -> int:
        """Items that make a batch full, by count and by the gas that one takes on average."""
        return max(1, min(self.max_items, self.max_gas // max(1, gas_per_item)))

    def is_due(self, view: QueueView, full_size: int) -> bool:
        """Whether to send now.

        Full batches and those whose oldest item has waited long enough always go. With nothing
        under way there is nothing to wait for: what pays for itself goes at once, fewer items
        after a quarter of the window.
        """
        if view.waiting == 0:
            return False
        if view.waiting >= full_size or view.oldest_waited_s >= self.max_wait_s:
            return True
        if view.batches_under_way:
            return False
        waited_enough = view.oldest_waited_s >= self.max_wait_s / IDLE_WAIT_FRACTION
        return view.waiting >= PAYING_ITEMS or waited_enough
