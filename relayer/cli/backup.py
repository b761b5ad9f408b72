"""``relayer backup``: a copy of the database while everything runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from relayer.cli.options import load_settings, setting_options
from relayer.cli.printing import json_option, tell
from relayer.clock import SystemClock
from relayer.store import Store
from relayer.store.backup import write_backup


@click.command("backup")
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path))
@json_option
@setting_options("database")
@click.pass_context
def command(ctx: click.Context, /, target: Path, as_json: bool, **flags: Any) -> None:
    """Copy the database into a new FILE while everything runs.

    The copy is whole as of one moment and readable by its owner only. A FILE that exists is never
    replaced.
    """
    database = load_settings(ctx, flags).settings.database
    size_bytes = write_backup(database, target)
    _note(database, target, size_bytes)
    facts = {"file": str(target), "size_bytes": size_bytes}
    tell(f"{target}: {size_bytes} bytes, checked", facts, as_json=as_json)


def _note(database: Path, target: Path, size_bytes: int) -> None:
    """Tell the dashboard, unless a newer version has to migrate the database first."""
    store = Store(database)
    try:
        if not store.pending_migrations():
            facts = {"file": target.name, "size_bytes": size_bytes}
            store.checks.write("backup", facts, SystemClock().now())
    finally:
        store.close()
