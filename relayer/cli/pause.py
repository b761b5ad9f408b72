"""``relayer pause``: stop taking contributions in, or sending, at once."""

from __future__ import annotations

from typing import Any

import click

from relayer.cli.acting import act
from relayer.cli.durations import Duration
from relayer.cli.options import load_settings, setting_options
from relayer.cli.printing import json_option, tell
from relayer.limits.gate import moment
from relayer.store.switches import Switch


@click.command("pause")
@click.argument("what", type=click.Choice([switch.value for switch in Switch]))
@click.option("--reason", required=True, help="Why; players are told it when the intake pauses.")
@click.option("--for", "duration_s", type=Duration(), help="Resume by itself after, as 30m or 2h.")
@json_option
@setting_options("database")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    what: str,
    reason: str,
    duration_s: int | None,
    as_json: bool,
    **flags: Any,
) -> None:
    """Stop taking contributions in, or sending, at once.

    Every process sees it with its next look. A pause of the intake lets players withdraw; a pause
    of the sending signs nothing new, watches what is on its way, and lets the queue grow.
    """
    given = {"for": None if duration_s is None else f"{duration_s}s"}
    answer = act(load_settings(ctx, flags).settings, f"pause-{what}", given, reason)
    resumes_at = None if duration_s is None else answer.at + duration_s
    facts = {"paused": what, "reason": answer.reason, "resumes_at": resumes_at}
    until = "" if resumes_at is None else f" until {moment(resumes_at)}"
    tell(f"{what} is paused{until}; `relayer resume {what}` ends it", facts, as_json=as_json)
