"""``relayer ban``: keep a player or a network out."""

from __future__ import annotations

from typing import Any

import click

from relayer.cli.acting import Asking, act, dry_run_option, foretold
from relayer.cli.durations import Duration
from relayer.cli.options import load_settings, setting_options
from relayer.cli.printing import json_option, tell
from relayer.limits.names import read_subject


@click.command("ban")
@click.argument("subject")
@click.option("--reason", required=True, help="Why; whoever is kept out is told it.")
@click.option("--for", "duration_s", type=Duration(), help="Lift by itself after, as 12h or 7d.")
@dry_run_option
@json_option
@setting_options("database")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    subject: str,
    reason: str,
    duration_s: int | None,
    dry_run: bool,
    as_json: bool,
    **flags: Any,
) -> None:
    """Keep a player or a network out.

    SUBJECT is a player's address or an IP address. Its contributions and validations are refused;
    what was accepted goes its way, and the player's money can be withdrawn.
    """
    settings, name = load_settings(ctx, flags).settings, read_subject(subject)
    given = {"subject": name, "for": None if duration_s is None else f"{duration_s}s"}
    if foretold(settings, "ban", given, Asking(reason, dry_run, as_json)):
        return
    answer = act(settings, "ban", given, reason)
    expires_at = None if duration_s is None else answer.at + duration_s
    facts = {"subject": name, "reason": answer.reason, "expires_at": expires_at}
    tell(f"{name} is banned; `relayer unban {name}` lifts it", facts, as_json=as_json)
