"""Has every open order carried out, one turn after the other, and writes down what came of it."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Mapping

from relayer.chain.answers import Block
from relayer.chain.errors import FeeCapError, NodeError, NodeRefusalError
from relayer.chain.node_errors import is_inability
from relayer.clock import Clock
from relayer.errors import RelayerError
from relayer.orders.deed import Deed
from relayer.orders.errors import OrderRefusedError
from relayer.store import Store
from relayer.store.orders import Order, OrderKind, OrderState

log = logging.getLogger(__name__)

#: An order that no worker has begun by then is refused: much may have changed since it was given,
#: and the store may be an older copy that was put back.
ORDER_LIFE_S = 3_600.0


class Foreman:
    """Carries out the orders of one store.

    Args:
        store: the database.
        deeds: who carries out which kind.
        clock: tells when.
    """

    def __init__(self, store: Store, deeds: Mapping[OrderKind, Deed], clock: Clock) -> None:
        self._store = store
        self._deeds = deeds
        self._clock = clock

    def step(self, head: Block, *, may_send: bool) -> int:
        """Goes on with every open order; returns how many came to an end.

        Args:
            head: the newest block.
            may_send: whether something may be signed now.

        Raises:
            NodeError: the node does not answer; the orders that are left wait for the next turn.
        """
        return sum(self._serve(order, head, may_send) for order in self._store.orders.open())

    def _serve(self, order: Order, head: Block, may_send: bool) -> bool:
        try:
            return self._carry_on(order, head, may_send)
        except OrderRefusedError as error:
            return self._end(order, OrderState.REFUSED, str(error))
        except FeeCapError as error:
            self._store.orders.tell(order.id, f"waits: {error}")
        except NodeError as error:
            if not isinstance(error, NodeRefusalError) or is_inability(error):
                raise
            self._store.orders.tell(order.id, f"is in trouble and tried again: {error}")
        except (RelayerError, sqlite3.Error, LookupError, ValueError) as error:
            # One order in trouble must not hold up the others.
            log.exception("order %s: %s", order.id, error, extra=_facts(order))
            self._store.orders.tell(order.id, f"is in trouble and tried again: {error}")
        return False

    def _carry_on(self, order: Order, head: Block, may_send: bool) -> bool:
        deed = self._deeds[order.kind]
        if order.state is OrderState.ASKED:
            self._require_fresh(order)
        if may_send or not deed.sends:
            deed.act(order, head)
        current = self._store.orders.get(order.id)
        if current is None or current.state is not OrderState.BEGUN:
            if not may_send:
                self._store.orders.tell(order.id, "waits: sending is paused")
            return False
        outcome = deed.outcome(current)
        if outcome.is_final:
            return self._end(current, OrderState.DONE, outcome.words)
        self._store.orders.tell(current.id, outcome.words)
        return False

    def _require_fresh(self, order: Order) -> None:
        age_s = self._clock.now() - order.asked_at
        if age_s > ORDER_LIFE_S:
            raise OrderRefusedError(
                f"no worker has begun it within {ORDER_LIFE_S / 60:.0f} minutes; "
                "look whether it is still wanted, and give it again"
            )

    def _end(self, order: Order, state: OrderState, words: str) -> bool:
        log.info("order %s (%s) is %s: %s", order.id, order.kind, state, words, extra=_facts(order))
        return self._store.orders.finish(order.id, state, words, self._clock.now())


def _facts(order: Order) -> dict[str, str]:
    return {"action": "order", "order": order.id, "kind": order.kind.value}
