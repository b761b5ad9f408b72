"""Waits until nothing is queued or under way, so that the house can be stopped or moved."""

from __future__ import annotations

from relayer.chain.answers import Block
from relayer.clock import Clock
from relayer.orders.deed import Outcome
from relayer.orders.errors import OrderRefusedError
from relayer.store import Store
from relayer.store.orders import Order, OrderState
from relayer.store.switches import Switch


class Drain:
    """Watches what is left; the intake is paused by whoever gives the order.

    Args:
        store: the database.
        clock: tells how long it took.
    """

    sends = False

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def act(self, order: Order, head: Block) -> None:
        """Begins to watch; refuses to go on when somebody has opened the intake again."""
        now = self._clock.now()
        if self._store.switches.pause_of(Switch.INTAKE, now) is None:
            raise OrderRefusedError(
                "the intake takes contributions in again; pause it, or drain once more"
            )
        if order.state is OrderState.ASKED:
            self._store.orders.begin(order.id, {}, now)

    def outcome(self, order: Order) -> Outcome:
        """Done when the queues are empty and every transaction is final."""
        left = self._store.backlog.left()
        if left.total:
            return Outcome(f"waits for {left.in_words()}", is_final=False)
        took_s = max(0.0, self._clock.now() - order.asked_at)
        return Outcome(
            f"nothing is queued or under way after {took_s:.0f} s; `relayer resume intake` opens "
            "the house again",
            is_final=True,
        )
