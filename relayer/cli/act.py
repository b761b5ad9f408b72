"""``relayer act``: any action of operators, by its name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from relayer.cli.acting import Asking, carry_out, dry_run_option, reason_option
from relayer.cli.options import load_settings, setting_options
from relayer.cli.printing import json_option, print_json
from relayer.errors import SettingsError
from relayer.ops.actions.framework import Action
from relayer.ops.actions.registry import ACTIONS


@click.command("act")
@click.argument("name", metavar="ACTION", required=False)
@click.argument("given", metavar="FIELD=VALUE...", nargs=-1)
@reason_option
@dry_run_option
@json_option
@setting_options("database")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    name: str | None,
    given: tuple[str, ...],
    reason: str,
    dry_run: bool,
    as_json: bool,
    **flags: Any,
) -> None:
    """Do anything that operators can do on the page, or list it.

    ACTION is its name, and each FIELD=VALUE something that it asks for, as in `relayer act
    speed-up transaction=12`. Without ACTION all are listed. What needs a key the worker carries
    out; `relayer orders show` tells what came of it.
    """
    if name is None:
        _list(as_json=as_json)
        return
    if name not in ACTIONS:
        raise SettingsError(f"there is no action {name}; `relayer act` lists all")
    settings = load_settings(ctx, flags).settings
    carry_out(settings, name, _fields(given), Asking(reason, dry_run, as_json))


def _fields(given: Sequence[str]) -> dict[str, str | None]:
    pairs = [text.partition("=") for text in given]
    for name, mark, _ in pairs:
        if not (name and mark):
            raise SettingsError(f"{name!r} is no FIELD=VALUE, as transaction=12 is")
    return {name: value for name, _, value in pairs}


def _list(*, as_json: bool) -> None:
    if as_json:
        print_json([_facts(action) for action in ACTIONS.values()])
        return
    for action in ACTIONS.values():
        asked = " ".join(
            f"{field.name}=…" if field.required else f"[{field.name}=…]" for field in action.fields
        )
        click.echo(f"{action.name:<20} {action.title}  {asked}".rstrip())


def _facts(action: Action) -> dict[str, Any]:
    return {
        "name": action.name,
        "title": action.title,
        "role": action.role.value,
        "fields": [{"name": each.name, "required": each.required} for each in action.fields],
    }
