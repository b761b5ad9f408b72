"""Orders to the worker: the list, and one of them with what was sent for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Response

from relayer.ops.explorer import Explorer
from relayer.ops.lists.orders import FILTERS, OrderList
from relayer.ops.lists.transactions import TransactionList, transaction_lines
from relayer.ops.mount import OpsMount
from relayer.ops.pages.lists import ListPage, add_list
from relayer.refusals import NotFound
from relayer.store import Store
from relayer.store.orders import OrderFilter, OrderKind, OrderState
from relayer.store.transactions import Transaction

#: Transactions of one order that are shown.
_MOST: Final = 100


class OrderPages:
    """Serves ``/ops/orders``."""

    def __init__(self, mount: OpsMount) -> None:
        self._mount = mount
        self._store = mount.store
        add_list(
            mount,
            ListPage("/orders", "orders", "Orders", FILTERS, self._list, menu="Orders"),
        )
        mount.page("/orders/<identity>", "order", self.show)

    def show(self, identity: str) -> Response:
        """Show one order, and the transactions that were sent for it."""
        order = self._store.orders.get(identity)
        if order is None:
            raise NotFound(f"There is no order {identity[:50]}.")
        ids = self._store.orders.transactions_of(order.id)
        return self._mount.render(
            "order.html",
            order=order,
            columns=[column for column in TransactionList.columns if column.is_shown],
            lines=transaction_lines(self._store, _transactions(self._store, ids[:_MOST])),
            count=len(ids),
            explorer=Explorer(self._mount.settings.ops_explorer_url),
        )

    def _list(self, values: Mapping[str, Any]) -> OrderList:
        state, kind = values.get("state"), values.get("kind")
        wanted = OrderFilter(
            None if state is None else OrderState(state), None if kind is None else OrderKind(kind)
        )
        return OrderList(self._store, wanted)


def _transactions(store: Store, ids: list[int]) -> list[Transaction]:
    found = [store.transactions.get(each) for each in ids]
    return [transaction for transaction in found if transaction is not None]
