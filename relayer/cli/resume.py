"""``relayer resume``: take a pause back."""

from __future__ import annotations

from typing import Any

import click

from relayer.cli.acting import act, reason_option
from relayer.cli.options import load_settings, setting_options
from relayer.cli.printing import json_option, tell
from relayer.ops.actions.switches import NOT_PAUSED
from relayer.store.switches import Switch


@click.command("resume")
@click.argument("what", type=click.Choice([switch.value for switch in Switch]))
@reason_option
@json_option
@setting_options("database")
@click.pass_context
def command(ctx: click.Context, /, what: str, reason: str, as_json: bool, **flags: Any) -> None:
    """Take a pause back.

    Resuming the intake also closes its breaker.
    """
    answer = act(load_settings(ctx, flags).settings, f"resume-{what}", {}, reason)
    was_paused = answer.sentence != NOT_PAUSED.format(what)
    tell(answer.sentence, {"resumed": what, "was_paused": was_paused}, as_json=as_json)
