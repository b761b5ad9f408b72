"""At most one worker per database: two would bump and settle the same things twice over."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType

from relayer.errors import StoreError


def lock_path(database: Path) -> Path:
    """The file that the worker of a database holds."""
    return database.with_name(f"{database.name}.worker.lock")


def is_worked_on(database: Path) -> bool:
    """Whether a worker serves a database at this moment; one in this process counts as well.

    A lock of another user, which nobody else may look at, counts as held.
    """
    try:
        descriptor = os.open(lock_path(database), os.O_RDWR)
    except FileNotFoundError:
        return False
    except PermissionError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


class WorkerLock:
    """A lock on a file beside the database; the system releases it when the process dies.

    Args:
        database: the database file.
    """

    def __init__(self, database: Path) -> None:
        self._path = lock_path(database)
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
