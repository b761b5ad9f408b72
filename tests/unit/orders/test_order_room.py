"""The store's room of orders: each id one order, each order one end."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from relayer.errors import StoreError
from relayer.store import Store
from relayer.store.orders import NewOrder, OrderFilter, OrderKind, OrderState
from tests.databases import lay_database


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(lay_database(tmp_path / "relayer.db"))


def order(order_id: str = "a", **arguments: object) -> NewOrder:
    return NewOrder(order_id, OrderKind.TOP_UP, arguments, "olga", "low")


def test_asking_twice_under_one_id_is_one_order(store: Store) -> None:
    first = store.orders.ask(order(account="tank", amount_wei="5"), 1.0)
    store.orders.finish("a", OrderState.DONE, "done", 2.0)
    second = store.orders.ask(order(amount_wei="5", account="tank"), 3.0)
    assert (second.sequence, second.state, second.asked_at) == (first.sequence, "done", 1.0)
    with pytest.raises(StoreError, match="another order"):
        store.orders.ask(order(account="tank", amount_wei="6"), 3.0)


def test_order_ends_once(store: Store) -> None:
    store.orders.ask(order(), 1.0)
    assert store.orders.finish("a", OrderState.REFUSED, "no", 2.0)
    assert not store.orders.finish("a", OrderState.DONE, "yes", 3.0)
    store.orders.tell("a", "waits")
    found = store.orders.get("a")
    assert found is not None
    assert (found.state, found.outcome, found.ended_at) == (OrderState.REFUSED, "no", 2.0)
    with pytest.raises(sqlite3.IntegrityError, match="not allowed for an order"):
        store.orders.begin("a", {}, 4.0)


def test_orders_are_listed_from_the_newest_on(store: Store) -> None:
    for name in "abc":
        store.orders.ask(order(name), 1.0)
    newest = store.orders.newest(2)
    assert [each.id for each in newest] == ["c", "b"]
    assert [each.id for each in store.orders.newest(2, newest[-1].sequence)] == ["a"]
    assert [each.id for each in store.orders.open()] == ["a", "b", "c"]


def test_orders_are_paged_by_where_they_stand(store: Store) -> None:
    for at, name in enumerate("abcd"):
        store.orders.ask(order(name), float(at))
    store.orders.finish("b", OrderState.REFUSED, "no", 9.0)
    asked = OrderFilter(OrderState.ASKED, OrderKind.TOP_UP)
    first = store.orders.page(asked, None, 2)
    second = store.orders.page(asked, first.next_before, 2)
    assert [each.id for each in (*first.rows, *second.rows)] == ["d", "c", "a"]
    assert second.next_before is None
    refused = store.orders.page(OrderFilter(OrderState.REFUSED), None, 2)
    assert [each.id for each in refused.rows] == ["b"]
    oldest = store.orders.oldest_open()
    assert oldest is not None
    assert oldest.id == "a"


def test_backlog_in_words(store: Store) -> None:
    assert store.backlog.left().in_words() == "nothing"
