"""At most one worker per database: two would bump and settle the same things twice over."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType

from relayer.errors import StoreError


class WorkerLock:
    """A lock on a file beside the database; the system releases it when the process dies.

    Args:
        database: the database file.
    """

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(f"{database.name}.worker.lock")
        self._descriptor: int | None = None

    def __enter__(self) -> WorkerLock:
        """Takes the lock.

        Raises:
            StoreError: another worker holds it.
        """
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            raise StoreError(
                f"another worker serves this database already (it holds {self._path}); "
                "stop it, or give this one a database of its own"
            ) from error
        self._descriptor = descriptor
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Releases the lock."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
