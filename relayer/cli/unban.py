"""``relayer unban``: let a player or a network in again."""

from __future__ import annotations

from typing import Any

import click

from relayer.cli.opened_store import opened_store
from relayer.cli.options import load_settings, setting_options
from relayer.cli.printing import json_option, tell
from relayer.limits.names import read_subject


@click.command("unban")
@click.argument("subject")
@json_option
@setting_options("database")
@click.pass_context
def command(ctx: click.Context, /, subject: str, as_json: bool, **flags: Any) -> None:
    """Let a player or a network in again.

    SUBJECT is a player's address or an IP address.
    """
    name = read_subject(subject)
    with opened_store(load_settings(ctx, flags).settings) as store:
        lifted = store.bans.lift(name)
    sentence = f"{name} is let in again" if lifted else f"{name} was not banned"
    tell(sentence, {"subject": name, "was_banned": lifted}, as_json=as_json)
