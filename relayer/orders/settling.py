"""Settles what is due at once, however little of it there is."""

from __future__ import annotations

from collections.abc import Sequence

from relayer.chain.answers import Block
from relayer.clock import Clock
from relayer.orders.deed import Outcome
from relayer.orders.ends import Ends
from relayer.orders.errors import OrderRefusedError
from relayer.settle.settler import BATCHES_PER_STEP, LONGEST_RECHECK_S, Settler
from relayer.store import Store
from relayer.store.orders import Order, OrderState
from relayer.store.statuses import BatchStatus

#: Batches that one order looks at; the oldest due ones come first.
MOST_BATCHES = 1_000


class SettleNow:
    """Looks at each due batch until nothing of it can be settled any more.

    The order keeps the batches that are left. One leaves the list when the chain says that nothing
    of it can be settled, or when a settlement of this order has failed.

    Args:
        store: the database.
        settler: asks the chain and sends.
        clock: tells when.
    """

    sends = True

    def __init__(self, store: Store, settler: Settler, clock: Clock) -> None:
        self._store = store
        self._settler = settler
        self._clock = clock

    def act(self, order: Order, head: Block) -> None:
        """Goes through the batches that are left, some in a turn."""
        left = self._begin(order, head) if order.state is OrderState.ASKED else _left(order)
        looks = BATCHES_PER_STEP
        for batch_id in list(left):
            if self._store.settlements.is_under_way(batch_id):
                continue
            if looks == 0:
                break
            looks -= 1
            count = self._settle(order, batch_id, head)
            if count is None:
                break
            if count == 0:
                left.remove(batch_id)
        self._store.orders.keep_progress(order.id, {"batches": left})

    def outcome(self, order: Order) -> Outcome:
        """Done when no batch is left and every settlement is final."""
        ends = Ends.of(self._store, order.id)
        left = _left(order)
        if ends.under_way:
            return Outcome(ends.waiting(), is_final=False)
        if left:
            return Outcome(f"looks at the batches {_listed(left)}", is_final=False)
        refunded, forfeited = self._store.settlements.counts_of([t.id for t in ends.took_effect])
        if not (refunded or forfeited or ends.came_to_nothing):
            return Outcome(
                "nothing can be settled now: no contribution is due, or the model still disagrees "
                "with those that are",
                is_final=True,
            )
        words = f"settled {refunded + forfeited}: {refunded} refunded, {forfeited} forfeited"
        return Outcome("; ".join(filter(None, (words, ends.failures()))), is_final=True)

    def _begin(self, order: Order, head: Block) -> list[int]:
        """The batches to look at: those that the settler has put off count as due as well."""
        wanted = order.arguments.get("batch")
        until = head.timestamp + LONGEST_RECHECK_S
        if wanted is None:
            batches = [b.id for b in self._store.settlements.due(until, MOST_BATCHES)]
        else:
            batches = [self._confirmed(int(wanted))]
        self._store.orders.begin(order.id, {"batches": batches}, self._clock.now())
        return batches

    def _confirmed(self, batch_id: int) -> int:
        batch = self._store.batches.get(batch_id)
        if batch is None:
            raise OrderRefusedError(f"there is no batch {batch_id}")
        if batch.status is not BatchStatus.CONFIRMED:
            raise OrderRefusedError(
                f"batch {batch_id} is {batch.status.value}; only a confirmed one can be settled"
            )
        return batch_id

    def _settle(self, order: Order, batch_id: int, head: Block) -> int | None:
        """How many records a transaction asks to settle now; None: no signer is free."""
        batch = self._store.batches.get(batch_id)
        failed = {t.id for t in Ends.of(self._store, order.id).came_to_nothing}
        if batch is None or batch.status is not BatchStatus.CONFIRMED:
            return 0
        if failed & set(self._store.settlements.transactions_of(batch_id)):
            return 0
        return self._settler.settle_now(
            batch, head, lambda transaction: self._store.orders.own(order.id, transaction)
        )


def _left(order: Order) -> list[int]:
    return [int(batch_id) for batch_id in order.progress["batches"]]


def _listed(batches: Sequence[int]) -> str:
    shown = ", ".join(map(str, batches[:5]))
    return shown if len(batches) <= 5 else f"{shown} and {len(batches) - 5} more"
