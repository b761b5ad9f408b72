"""``relayer unban``: let a player or a network in again."""

from __future__ import annotations

from typing import Any

import click

from relayer.cli.acting import Asking, act, dry_run_option, foretold, reason_option
from relayer.cli.options import load_settings, setting_options
from relayer.cli.printing import json_option, tell
from relayer.limits.names import read_subject
from relayer.ops.actions.limits import NOT_BANNED


@click.command("unban")
@click.argument("subject")
@reason_option
@dry_run_option
@json_option
@setting_options("database")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    subject: str,
    reason: str,
    dry_run: bool,
    as_json: bool,
    **flags: Any,
) -> None:
    """Let a player or a network in again.

    SUBJECT is a player's address or an IP address.
    """
    settings, name = load_settings(ctx, flags).settings, read_subject(subject)
    if foretold(settings, "lift-ban", {"subject": name}, Asking(reason, dry_run, as_json)):
        return
    answer = act(settings, "lift-ban", {"subject": name}, reason)
    was_banned = answer.sentence != NOT_BANNED.format(name)
    tell(answer.sentence, {"subject": name, "was_banned": was_banned}, as_json=as_json)
