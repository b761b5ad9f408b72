"""``relayer ops``: who may open the ops dashboard."""

from __future__ import annotations

from importlib import import_module
from typing import Final

import click

#: Groups below, each in a module ``ops_<name>``.
GROUPS: Final = ("user", "token")


@click.group("ops")
def command() -> None:
    """Say who may open the ops dashboard, and as what."""


for _name in GROUPS:
    command.add_command(import_module(f"relayer.cli.ops_{_name}").command)
