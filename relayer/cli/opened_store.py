"""The store for commands that look into it or change a rule in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from relayer.errors import StoreError
from relayer.settings import Settings
from relayer.store import Store


@contextmanager
def opened_store(settings: Settings) -> Iterator[Store]:
    """Open the store that the relayer works with, and close it in the end.

    Raises:
        StoreError: there is no database yet, or it cannot be used.
    """
    if not settings.database.is_file():
        raise StoreError(
            f"there is no database {settings.database}; start `relayer web` or `relayer work`, or "
            "name the file with --database"
        )
    store = Store(settings.database)
    try:
        store.migrate()
        yield store
    finally:
        store.close()
