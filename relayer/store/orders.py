"""Orders: what an operator asked the worker to do, because it has the keys.

State changes (see ``status_transitions``)::

    asked -> begun -> done | refused
    asked -> done | refused

Whoever asks only writes a row; the worker does the rest. See `relayer.orders`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

from relayer.errors import StoreError
from relayer.store.connection import Connections
from relayer.store.walks import AFTER_ALL, Found, Route, Walk


class OrderKind(StrEnum):
    """What can be asked for."""

    SPEED_UP = "speed-up"  #: pay more for a transaction at once
    CANCEL = "cancel"  #: use up a transaction's nonce without effect
    CLOSE_GAP = "close-gap"  #: use up nonces that belong to nobody
    SETTLE = "settle"  #: settle what is due, however little it is
    TOP_UP = "top-up"  #: bring money from the treasury to a signer or the tank
    WITHDRAW = "withdraw"  #: take the signers' credits to the treasury
    DRAIN = "drain"  #: wait until nothing is queued or under way


class OrderState(StrEnum):
    """Where an order stands."""

    ASKED = "asked"  #: no worker has begun it
    BEGUN = "begun"  #: under way
    DONE = "done"
    REFUSED = "refused"  #: the outcome says why

    @property
    def is_final(self) -> bool:
        """Whether no other state can follow."""
        return self in (OrderState.DONE, OrderState.REFUSED)


@dataclass(frozen=True, slots=True)
class NewOrder:
    """What somebody asks for."""

    id: str
    kind: OrderKind
    arguments: Mapping[str, Any]  #: JSON values; amounts in wei as text
    actor: str
    reason: str


@dataclass(frozen=True, slots=True)
class Order:
    """One row."""

    sequence: int
    id: str
    kind: OrderKind
    arguments: dict[str, Any]
    actor: str
    reason: str
    state: OrderState
    progress: dict[str, Any]
    outcome: str | None  #: what came of it, or what it waits for
    asked_at: float
    begun_at: float | None
    ended_at: float | None

    @classmethod
    def from_row(cls, row: sqlite3.Row) -> Order:
        """Read a row that was selected with ``*``."""
        values = dict(row)
        values["kind"] = OrderKind(values["kind"])
        values["state"] = OrderState(values["state"])
        for name in ("arguments", "progress"):
            values[name] = json.loads(values[name])
        return cls(**values)


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What orders are wanted; None: whichever."""

    state: OrderState | None = None
    kind: OrderKind | None = None


_ORDERS: Final = Walk("orders", "sequence", Order.from_row)


class OrderRoom:
    """Reads and changes orders."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def ask(self, new: NewOrder, now: float) -> Order:
        """Store an order; asking again under the same id returns the first one as it stands.

        Raises:
            StoreError: the id belongs to an order for something else.
        """
        arguments = json.dumps(dict(new.arguments), sort_keys=True)
        with self._connections.transaction() as connection:
            connection.execute(
                "INSERT INTO orders (id, kind, arguments, actor, reason, asked_at) "
                "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
                (new.id, new.kind, arguments, new.actor, new.reason, now),
            )
            order = self.get(new.id)
        if order is None:
            raise LookupError(f"the order {new.id} was stored and is not there")
        if (order.kind, order.arguments) != (new.kind, json.loads(arguments)):
            raise StoreError(
                f"the id {new.id} belongs to another order; choose a new id for this one"
            )
        return order

    def get(self, order_id: str) -> Order | None:
        """Return one order, or None."""
        row = self._connection.execute("SELECT * FROM orders WHERE id = ?", (order_id,)).fetchone()
        return None if row is None else Order.from_row(row)

    def open(self) -> list[Order]:
        """Return the orders that have not ended, the oldest first."""
        rows = self._connection.execute(
            "SELECT * FROM orders WHERE state IN ('asked', 'begun') ORDER BY sequence"
        )
        return [Order.from_row(row) for row in rows]

    def oldest_open(self) -> Order | None:
        """Return the order that has waited the longest for its end, or None."""
        row = self._connection.execute(
            "SELECT * FROM orders INDEXED BY orders_open WHERE state IN ('asked', 'begun') "
            "ORDER BY sequence LIMIT 1"
        ).fetchone()
        return None if row is None else Order.from_row(row)

    def page(self, wanted: OrderFilter, before: int | None, limit: int) -> Found[Order]:
        """Return orders that fit, newest first; ``before`` is where the page before ended."""
        given = {name: value for name, value in asdict(wanted).items() if value is not None}
        is_open = wanted.state is not None and not wanted.state.is_final
        route = Route(
            index="orders_open" if is_open else None,
            passes=("state IN ('asked', 'begun')",) if is_open else (),
            fits=tuple(f"{name} = :{name}" for name in given),
            values=given,
        )
        return _ORDERS.page(self._connection, route, before, limit)

    def newest(self, limit: int, before: int | None = None) -> list[Order]:
        """Return orders, the newest first, from below a sequence number on."""
        rows = self._connection.execute(
            "SELECT * FROM orders WHERE sequence < ? ORDER BY sequence DESC LIMIT ?",
            (AFTER_ALL if before is None else before, limit),
        )
        return [Order.from_row(row) for row in rows]

    def begin(self, order_id: str, progress: Mapping[str, Any], now: float) -> None:
        """Move asked -> begun; call it where the first thing is done for it.

        Raises:
            sqlite3.IntegrityError: the order has ended.
        """
        self._connection.execute(
            "UPDATE orders SET state = 'begun', progress = ?, begun_at = ?, outcome = NULL "
            "WHERE id = ?",
            (json.dumps(progress), now, order_id),
        )

    def keep_progress(self, order_id: str, progress: Mapping[str, Any]) -> None:
        """Remember how far an order has come."""
        self._connection.execute(
            "UPDATE orders SET progress = ? WHERE id = ?", (json.dumps(progress), order_id)
        )

    def tell(self, order_id: str, words: str) -> None:
        """Say what an open order waits for."""
        self._connection.execute(
            "UPDATE orders SET outcome = ?2 WHERE id = ?1 AND outcome IS NOT ?2 "
            "AND state IN ('asked', 'begun')",
            (order_id, words),
        )

    def finish(self, order_id: str, state: OrderState, words: str, now: float) -> bool:
        """Move an open order to its end; False when it has ended before."""
        cursor = self._connection.execute(
            "UPDATE orders SET state = ?, outcome = ?, ended_at = ? "
            "WHERE id = ? AND state IN ('asked', 'begun')",
            (state, words, now, order_id),
        )
        return cursor.rowcount == 1

    def own(self, order_id: str, transaction_id: int) -> None:
        """Give a transaction to an order; call it where the transaction takes its nonce."""
        self._connection.execute(
            "INSERT INTO order_transactions (transaction_id, order_id) VALUES (?, ?)",
            (transaction_id, order_id),
        )

    def transactions_of(self, order_id: str) -> list[int]:
        """Return the ids of the transactions that were sent for an order, the oldest first."""
        rows = self._connection.execute(
            "SELECT transaction_id FROM order_transactions WHERE order_id = ? "
            "ORDER BY transaction_id",
            (order_id,),
        )
        return [int(row["transaction_id"]) for row in rows]

    def owner_of(self, transaction_id: int) -> str | None:
        """Return the id of the order that a transaction was sent for, or None."""
        row = self._connection.execute(
            "SELECT order_id FROM order_transactions WHERE transaction_id = ?", (transaction_id,)
        ).fetchone()
        return None if row is None else str(row["order_id"])
