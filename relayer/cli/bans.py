"""``relayer bans``: who is kept out."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from relayer.cli.opened_store import opened_store
from relayer.cli.options import load_settings, setting_options
from relayer.cli.printing import json_option, print_json
from relayer.clock import SystemClock
from relayer.limits.gate import moment


@click.command("bans")
@json_option
@setting_options("database")
@click.pass_context
def command(ctx: click.Context, /, as_json: bool, **flags: Any) -> None:
    """List who is kept out.

    With why and until when; the newest ban comes first.
    """
    with opened_store(load_settings(ctx, flags).settings) as store:
        bans = store.bans.newest(SystemClock().now())
    if as_json:
        print_json([asdict(ban) for ban in bans])
        return
    for ban in bans:
        until = "for good" if ban.expires_at is None else f"until {moment(ban.expires_at)}"
        click.echo(f"{ban.subject:<42}  {until:<29}  {ban.reason}")
    if not bans:
        click.echo("nobody is banned")
