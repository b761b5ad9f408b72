"""The list of orders: what operators asked the worker to do, and what came of it."""

from __future__ import annotations

import json
from typing import Final

from relayer.ops.lists import filters
from relayer.ops.lists.columns import Column, Kind, Line, Page, key_of, place_of
from relayer.store import Store
from relayer.store.orders import Order, OrderFilter, OrderKind, OrderState

FILTERS: Final = (
    filters.choice("state", "State", OrderState),
    filters.choice("kind", "Kind", OrderKind),
)


class OrderList:
    """Orders, newest first.

    Args:
        store: where they are.
        wanted: which of them.
    """

    name = "orders"
    columns = (
        Column("id", "Order", Kind.ORDER),
        Column("kind", "Kind"),
        Column("state", "State", Kind.STATUS),
        Column("asked_at", "Asked", Kind.TIME),
        Column("actor", "By"),
        Column("reason", "Reason"),
        Column("outcome", "Outcome"),
        Column("arguments", "With", is_shown=False),
        Column("begun_at", "Begun", Kind.TIME),
        Column("ended_at", "Ended", Kind.TIME),
    )

    def __init__(self, store: Store, wanted: OrderFilter) -> None:
        self._store = store
        self._wanted = wanted

    def page(self, place: str | None, limit: int) -> Page:
        """Return lines from a place on."""
        found = self._store.orders.page(self._wanted, key_of(place), limit)
        lines = [_line(row) for row in found.rows]
        return Page(lines, place_of(found.next_before), found.looked_at)


def _line(row: Order) -> Line:
    return {
        "id": row.id,
        "kind": row.kind.value,
        "state": row.state.value,
        "asked_at": row.asked_at,
        "actor": row.actor,
        "reason": row.reason,
        "outcome": row.outcome,
        "arguments": json.dumps(row.arguments, sort_keys=True),
        "begun_at": row.begun_at,
        "ended_at": row.ended_at,
    }
