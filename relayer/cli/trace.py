"""``relayer trace``: the life of a request, a contribution, a batch or a transaction."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import click

from relayer.cli.opened_store import opened_store
from relayer.cli.options import load_settings, setting_options
from relayer.cli.printing import json_option, print_json
from relayer.errors import StoreError
from relayer.store import Store
from relayer.store.traces import TracedEvent

_HASH = re.compile(r"0x[0-9a-fA-F]{64}")
#: No batch has a number of more digits.
_BATCH = re.compile(r"[0-9]{1,15}")


@click.command("trace")
@click.argument("identity", metavar="ID")
@json_option
@setting_options("database")
@click.pass_context
def command(ctx: click.Context, /, identity: str, as_json: bool, **flags: Any) -> None:
    """Show what happened when, from request to receipt.

    ID is a request id as answers carry it in X-Request-Id, the id of a contribution, the number
    of a batch, or the hash of a transaction. Reads the store alone.
    """
    with opened_store(load_settings(ctx, flags).settings) as store:
        events = trace(store, identity)
    if as_json:
        print_json([asdict(event) for event in events])
        return
    for event in events:
        at = datetime.fromtimestamp(event.at, UTC).isoformat(timespec="milliseconds")
        click.echo(f"{at}  {event.event:<9}  {event.subject}  {event.detail}".rstrip())


def trace(store: Store, identity: str) -> list[TracedEvent]:
    """Return everything that happened to what an id stands for, the first first.

    Raises:
        StoreError: nothing in the store has this id.
    """
    for kind in _kinds(identity):
        shown = identity.lower() if kind in ("contribution", "transaction") else identity
        contributions = store.traces.contributions_of(kind, shown)
        transactions = store.traces.transactions_of(kind, shown, contributions)
        if contributions or transactions:
            return store.traces.events(contributions, transactions)
    raise StoreError(
        f"nothing here has the id {identity}; give a request id, a contribution's id, the number "
        "of a batch or a transaction's hash"
    )


def _kinds(identity: str) -> tuple[str, ...]:
    if _HASH.fullmatch(identity):
        return "contribution", "transaction"
    return ("batch", "request") if _BATCH.fullmatch(identity) else ("request",)
