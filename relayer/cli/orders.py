"""``relayer orders``: what the worker was ordered to do, and what came of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from relayer.cli.opened_store import opened_store
from relayer.cli.options import load_settings, setting_options
from relayer.cli.printing import json_option, print_json, tell
from relayer.errors import StoreError
from relayer.limits.gate import moment
from relayer.store.orders import Order


@click.group("orders")
def command() -> None:
    """Show what the worker was ordered to do, and what came of it.

    Actions that need a key are orders: `relayer act` gives them.
    """


@command.command("list")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, help="Most of them.")
@json_option
@setting_options("database")
@click.pass_context
def show_all(ctx: click.Context, /, limit: int, as_json: bool, **flags: Any) -> None:
    """List the newest orders first."""
    with opened_store(load_settings(ctx, flags).settings) as store:
        orders = store.orders.newest(limit)
    if as_json:
        print_json([_facts(order) for order in orders])
        return
    for order in orders:
        click.echo(f"{order.id}  {_words(order)}")
    if not orders:
        click.echo("there are no orders")


@command.command("show")
@click.argument("order_id", metavar="ID")
@json_option
@setting_options("database")
@click.pass_context
def show_one(ctx: click.Context, /, order_id: str, as_json: bool, **flags: Any) -> None:
    """Show one order and the transactions that were sent for it.

    Ends with 1 if it was refused.
    """
    with opened_store(load_settings(ctx, flags).settings) as store:
        order = store.orders.get(order_id)
        transactions = store.orders.transactions_of(order_id)
    if order is None:
        raise StoreError(f"there is no order {order_id}; `relayer orders list` shows the newest")
    facts = {**_facts(order), "transactions": transactions}
    tell(_words(order), facts, as_json=as_json)
    ctx.exit(1 if order.state == "refused" else 0)


def _facts(order: Order) -> dict[str, Any]:
    facts = asdict(order)
    return {name: facts[name] for name in facts if name not in ("sequence", "progress")}


def _words(order: Order) -> str:
    came_of_it = f": {order.outcome}" if order.outcome else ""
    return (
        f"{order.kind} asked {moment(order.asked_at)} by {order.actor}, {order.state}{came_of_it}"
    )
