"""Databases for tests: copies of an empty one that has seen all migrations once."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from relayer.store import Store


def lay_database(path: Path) -> Path:
    """Put an empty database there unless something is there; returns the path."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_migrated())
    return path


@cache
def _migrated() -> bytes:
    with TemporaryDirectory() as folder:
        store = Store(Path(folder) / "relayer.db")
        store.migrate()
        store.close()
        return store.path.read_bytes()
