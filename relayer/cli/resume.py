"""``relayer resume``: take a pause back."""

from __future__ import annotations

from typing import Any

import click

from relayer.cli.opened_store import opened_store
from relayer.cli.options import load_settings, setting_options
from relayer.cli.printing import json_option, tell
from relayer.clock import SystemClock
from relayer.limits.breaker import closed
from relayer.store.intake_breaker import BreakerState
from relayer.store.switches import Switch


@click.command("resume")
@click.argument("what", type=click.Choice([switch.value for switch in Switch]))
@json_option
@setting_options("database")
@click.pass_context
def command(ctx: click.Context, /, what: str, as_json: bool, **flags: Any) -> None:
    """Take a pause back.

    Resuming the intake also closes its breaker.
    """
    settings, now = load_settings(ctx, flags).settings, SystemClock().now()
    with opened_store(settings) as store, store.transaction():
        changed = store.switches.resume(Switch(what))
        if what == Switch.INTAKE:
            changed |= store.intake_breaker.read().state is not BreakerState.CLOSED
            store.intake_breaker.write(closed(now))
    sentence = f"{what} goes on" if changed else f"{what} was not paused"
    tell(sentence, {"resumed": what, "was_paused": changed}, as_json=as_json)
