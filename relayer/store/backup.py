"""Copies of a database that others are writing to, whole as of one moment."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from relayer.errors import StoreError
from relayer.store.connection import BUSY_TIMEOUT_S
from relayer.store.faults import remedy_of


def write_backup(database: Path, target: Path) -> int:
    """Copy a database into a new file while others read and write it; return its size in bytes.

    The copy holds every transaction that was committed before it began, and none by halves. It is
    one file without a log beside it, readable by its owner only, checked, and durable when this
    returns. The file appears under its name only when it is complete. Source of the way:
    https://sqlite.org/backup.html.

    Raises:
        StoreError: there is no database, the target exists, or one of the two cannot be used.
    """
    if not database.is_file():
        raise StoreError(f"there is no database {database}; name the file with --database")
    if target.name in ("", ".."):
        raise StoreError(f"{target} is a folder; name the new file that the copy becomes")
    if not target.parent.is_dir():
        raise StoreError(
            f"there is no folder {target.parent}; make it first, or choose a new file in a "
            "writable folder"
        )
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.unfinished")
    try:
        _create(unfinished)
        _copy(database, unfinished)
        _sync(unfinished)
        _publish(unfinished, target)
        return target.stat().st_size
    except (OSError, sqlite3.Error) as error:
        remedy = remedy_of(error) or "choose a new file in a writable folder with room for a copy"
        raise StoreError(f"cannot back {database} up to {target}: {error}; {remedy}") from error
    finally:
        for leftover in (unfinished, unfinished.with_name(unfinished.name + "-journal")):
            with suppress(OSError):
                leftover.unlink()


def _create(path: Path) -> None:
    """The copy holds secrets: nobody else may read it, not even while it grows."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _copy(database: Path, target: Path) -> None:
    source_uri = f"{database.absolute().as_uri()}?mode=rw"
    with (
        closing(sqlite3.connect(source_uri, uri=True, timeout=BUSY_TIMEOUT_S)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        # All pages in one step: the copy begins anew whenever somebody writes between two steps.
        source.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=DELETE")
        found = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise StoreError(
            f"the database {database} is damaged, and so is any copy of it: {found}; "
            "stop the relayer and put an earlier backup back"
        )


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _publish(unfinished: Path, target: Path) -> None:
    """Give the copy its name; unlike a renaming, a link never replaces a file."""
    os.link(unfinished, target)
    _sync(target.parent)
