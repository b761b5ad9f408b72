"""Gives orders to a pipeline's worker and tells what came of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from relayer.store.orders import NewOrder, Order, OrderKind
from tests.pipeline import Pipeline


def give(pipeline: Pipeline, kind: OrderKind, order_id: str = "order-1", **arguments: Any) -> Order:
    """An order of somebody who has a good reason."""
    new = NewOrder(order_id, kind, arguments, actor="olga", reason="a test")
    return pipeline.store.orders.ask(new, pipeline.worker.clock.now())


def standing(pipeline: Pipeline, order_id: str = "order-1") -> tuple[str, str]:
    """State and words of an order."""
    order = pipeline.store.orders.get(order_id)
    assert order is not None
    return order.state.value, order.outcome or ""


def has_ended(pipeline: Pipeline, order_id: str = "order-1") -> Callable[[], bool]:
    """A condition for `Pipeline.run_until`."""

    def condition() -> bool:
        order = pipeline.store.orders.get(order_id)
        return order is not None and order.state.is_final

    return condition


def run_to_end(pipeline: Pipeline, order_id: str = "order-1") -> tuple[str, str]:
    """Turns the worker until an order has ended."""
    pipeline.run_until(has_ended(pipeline, order_id))
    return standing(pipeline, order_id)
