"""``relayer config``: the effective settings and the source of each."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import click

from relayer.cli.options import FLAG_NAMES, load_settings, setting_options
from relayer.cli.printing import json_option, print_json
from relayer.settings import Secret, Settings


@click.command("config")
@json_option
@setting_options(*FLAG_NAMES)
@click.pass_context
def command(ctx: click.Context, /, as_json: bool, **flags: Any) -> None:
    """Show the effective settings and where each comes from.

    Flags beat variables RELAYER_<NAME>, these beat relayer.toml, and that beats the defaults.
    Secrets are shown as ***.
    """
    loaded = load_settings(ctx, flags)
    values = {
        declared.name: _shown(getattr(loaded.settings, declared.name))
        for declared in fields(Settings)
    }
    if as_json:
        table = {
            name: {"value": value, "source": loaded.sources[name]} for name, value in values.items()
        }
        print_json(table)
        return
    name_width = max(map(len, values))
    value_width = max(len(_text(value)) for value in values.values())
    for name, value in values.items():
        click.echo(f"{name:<{name_width}}  {_text(value):<{value_width}}  {loaded.sources[name]}")


def _shown(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_shown(part) for part in value]
    return str(value) if isinstance(value, Secret | Path) else value


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(_text, value)) or "-"
    return "-" if value is None else str(value)
