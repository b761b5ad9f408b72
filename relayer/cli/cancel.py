"""``relayer cancel``: uses the nonce of a transaction up without effect."""

from __future__ import annotations

from typing import Any

import click

from relayer.cli.acting import Asking, act, dry_run_option, foretold, reason_option
from relayer.cli.options import load_settings, setting_options
from relayer.cli.printing import json_option, tell
from relayer.ops.actions.ordering import order_in
from relayer.ops.actions.transactions import number_in


@click.command("cancel")
@click.argument("transaction")
@reason_option
@dry_run_option
@json_option
@setting_options("database")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    transaction: str,
    reason: str,
    dry_run: bool,
    as_json: bool,
    **flags: Any,
) -> None:
    """Use up the nonce of a transaction without effect.

    TRANSACTION is its number or the hash of one of its attempts.

    The worker replaces it by an empty self-send with its next look at the chain. What it carried
    goes back to the queue once that is final. An attempt that is out already may still be taken
    instead; the receipt decides, and `relayer orders show` tells.
    """
    settings, given = load_settings(ctx, flags).settings, {"transaction": transaction}
    if foretold(settings, "cancel-transaction", given, Asking(reason, dry_run, as_json)):
        return
    sentence = act(settings, "cancel-transaction", given, reason).sentence
    tell(
        sentence, {"transaction": number_in(sentence), "order": order_in(sentence)}, as_json=as_json
    )
