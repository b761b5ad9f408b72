"""A queue in front of the write lock, in which the kernel wakes whoever is next.

SQLite's own way to wait is to sleep and look again, longer each time: with several writers the
lock lies idle while all sleep, and some wait a hundred times longer than others.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType


class WriterQueue:
    """One writer's place; enter it to write, from one thread at a time.

    It only orders: that one transaction writes at a time is still SQLite's doing. So where no lock
    file can be made, as beside a database that is only read, writers go on without a queue. The
    kernel frees the lock when its holder dies.

    Args:
        path: the lock file, the same for all writers of a database.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._file: int | None = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError:
            self._file = None

    def __enter__(self) -> None:
        self._apply(fcntl.LOCK_EX)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._apply(fcntl.LOCK_UN)

    def close(self) -> None:
        """Give up the place."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _apply(self, operation: int) -> None:
        if self._file is not None:
            fcntl.flock(self._file, operation)
