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
        is_dear: whether the base fee is far above its average.
    """

    waiting: int
    oldest_waited_s: float
    batches_under_way: int
    is_dear: bool = False


@dataclass(frozen=True)
class BatchPolicy:
    """The operator's wishes: the longest wait and the size of a full batch.

    Attributes:
        max_wait_s: longest that a contribution waits for company.
        max_items: contributions that make a batch full.
        max_gas: gas that makes a batch full.
        dear_wait_factor: how many times as long they wait while the base fee is dear.
        dear_percent: base fees above this share of their average are dear.
    """

    max_wait_s: float
    max_items: int
    max_gas: int
    dear_wait_factor: float = 1.0
    dear_percent: int = 150

    def full_size(self, gas_per_item: int) -> int:
        """Items that make a batch full, by count and by the gas that one takes on average."""
        return max(1, min(self.max_items, self.max_gas // max(1, gas_per_item)))

    def is_due(self, view: QueueView, full_size: int) -> bool:
        """Whether to send now.

        Full batches and those whose oldest item has waited long enough always go; so do items of
        the future, because a clock that was set back cannot tell how long they have waited. With
        nothing under way there is nothing to wait for: what pays for itself goes at once, fewer
        items after a quarter of the window. While the base fee is dear all of them wait for it to
        fall, within bounds.
        """
        if view.waiting == 0:
            return False
        patience_s = self.max_wait_s * (self.dear_wait_factor if view.is_dear else 1.0)
        if view.waiting >= full_size or view.oldest_waited_s >= patience_s:
            return True
        if view.oldest_waited_s < 0:
            return True
        if view.batches_under_way or view.is_dear:
            return False
        waited_enough = view.oldest_waited_s >= self.max_wait_s / IDLE_WAIT_FRACTION
        return view.waiting >= PAYING_ITEMS or waited_enough
