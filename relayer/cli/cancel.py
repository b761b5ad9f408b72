"""``relayer cancel``: uses the nonce of a transaction up without effect."""

from __future__ import annotations

from typing import Any

import click

from relayer.cli.options import load_settings, setting_options
from relayer.cli.printing import json_option, tell
from relayer.clock import SystemClock
from relayer.errors import StoreError
from relayer.settings import Settings
from relayer.store import Store
from relayer.store.cancellations import CancelReason


@click.command("cancel")
@click.argument("transaction")
@json_option
@setting_options("database")
@click.pass_context
def command(ctx: click.Context, /, transaction: str, as_json: bool, **flags: Any) -> None:
    """Use up the nonce of a transaction without effect.

    TRANSACTION is its number or the hash of one of its attempts.

    The worker replaces it by an empty self-send with its next look at the chain. What it carried
    goes back to the queue once that is final. An attempt that is out already may still be taken
    instead; the receipt decides.
    """
    settings = load_settings(ctx, flags).settings
    number = ask_to_cancel(settings, transaction, SystemClock().now())
    sentence = f"transaction {number} will be replaced by an empty one"
    tell(sentence, {"transaction": number}, as_json=as_json)


def ask_to_cancel(settings: Settings, name: str, now: float) -> int:
    """Stores the intent to cancel a transaction; returns its number.

    Raises:
        StoreError: there is no database or no such transaction, or a block holds it already.
    """
    if not settings.database.is_file():
        raise StoreError(f"there is no database {settings.database}; name it with --database")
    store = Store(settings.database)
    try:
        store.check()
        with store.transaction():
            number = store.cancellations.find(name)
            if number is None:
                raise StoreError(
                    f"there is no transaction {name}; `relayer signers list` shows their numbers"
                )
            if not store.cancellations.ask(number, CancelReason.OPERATOR, now):
                raise StoreError(
                    f"transaction {number} cannot be cancelled: a block holds it, or it is empty "
                    "already"
                )
        return number
    finally:
        store.close()
