"""``relayer audit``: what operators did, and whether the log of it is whole."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any

import click

from relayer.cli.opened_store import opened_store
from relayer.cli.options import load_settings, setting_options
from relayer.cli.printing import json_option, print_json, tell
from relayer.limits.gate import moment
from relayer.ops.audit import verify as check

_EXPECTED = re.compile(r"([0-9]{1,18}):([0-9a-f]{8,64})")


@click.group("audit")
def command() -> None:
    """Show what operators did, and check that nothing of it was changed."""


@command.command("verify")
@click.option("--expect", metavar="ENTRY:HASH", help="An entry and its hash, as noted elsewhere.")
@json_option
@setting_options("database")
@click.pass_context
def verify(ctx: click.Context, /, expect: str | None, as_json: bool, **flags: Any) -> None:
    """Check that every entry is what it was and that none is missing.

    Prints the newest entry and its hash: note them elsewhere, and give them with --expect later.
    Ends with 1 if anything is wrong.
    """
    with opened_store(load_settings(ctx, flags).settings) as store:
        found = check(store, _expected(expect))
    for fault in found.faults:
        click.echo(fault, err=True)
    word = "is not what it was" if found.faults else "is whole"
    sentence = f"the audit log {word}; its newest entry is {found.count}:{found.head}"
    facts = {"ok": not found.faults, "entries": found.count, "hash": found.head}
    tell(sentence, {**facts, "faults": list(found.faults)}, as_json=as_json)
    ctx.exit(1 if found.faults else 0)


@command.command("list")
@click.option("--who", help="Only what this user did.")
@click.option("--action", help="Only this action.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, help="Most entries.")
@click.option("--before", type=click.IntRange(1), help="Only entries before this one.")
@json_option
@setting_options("database")
@click.pass_context
def show(
    ctx: click.Context,
    /,
    who: str | None,
    action: str | None,
    limit: int,
    before: int | None,
    as_json: bool,
    **flags: Any,
) -> None:
    """List entries, the newest first."""
    with opened_store(load_settings(ctx, flags).settings) as store:
        entries = store.audit.newest(limit, before=before, who=who, action=action)
    if as_json:
        print_json([asdict(entry) for entry in entries])
        return
    for entry in entries:
        why = f"  -- {entry.reason}" if entry.reason else ""
        click.echo(
            f"{entry.sequence:>6}  {moment(entry.at)}  {entry.who} ({entry.via})  {entry.action} "
            f"{entry.arguments}  {entry.outcome}{why}"
        )
    if not entries:
        click.echo("nothing is written in the audit log")


def _expected(text: str | None) -> tuple[int, str] | None:
    if text is None:
        return None
    match = _EXPECTED.fullmatch(text)
    if match is None:
        raise click.BadParameter("write it as 17:0123abcd…", param_hint="--expect")
    return int(match[1]), match[2]
