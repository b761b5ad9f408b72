"""What actions have in common that the worker carries out: the order, and what is told of it."""

from __future__ import annotations

import hashlib
from typing import Any

from relayer.ops.actions.framework import Undertaking
from relayer.store.orders import NewOrder, Order, OrderKind

#: How a sentence ends in which an order is told; `relayer orders show` takes what follows.
ORDERED = "the worker carries out the order "


def order(undertaking: Undertaking, kind: OrderKind, **arguments: Any) -> Order:
    """Store an order; a repetition of the same form or request is the same order."""
    new = NewOrder(
        id=_order_id(undertaking),
        kind=kind,
        arguments=arguments,
        actor=undertaking.who,
        reason=undertaking.reason,
    )
    return undertaking.store.orders.ask(new, undertaking.now)


def told(deed: str, placed: Order) -> str:
    """What an action answers that has placed an order."""
    return f"{deed}; {ORDERED}{placed.id}"


def order_in(sentence: str) -> str | None:
    """The id of the order that such an answer names, if it names one."""
    _, found, order_id = sentence.rpartition(ORDERED)
    return order_id if found else None


def _order_id(undertaking: Undertaking) -> str:
    """Keys are those of one visitor; in an order's id there is room for all of them."""
    text = f"{undertaking.who}\n{undertaking.key}"
    return f"ord_{hashlib.sha256(text.encode()).hexdigest()[:24]}"
