"""Who holds a key at the moment, across the threads and processes that share a database.

Nothing is written to the disk for it, so whoever sends rubbish with ever new keys costs nothing;
and the system gives the keys of a process back when it dies, at any instruction.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from relayer.errors import StoreError

#: Offsets in a file are signed 64-bit numbers.
_OFFSET_MASK = 2**62 - 1


class KeyLocks:
    """Locks single bytes of an empty file beside the database, one for each key.

    Args:
        database: the database file.
    """

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(f"{database.name}.keys.lock")
        self._mutex = threading.Lock()
        self._held: set[int] = set()
        self._descriptor: int | None = None
        self._process_id = 0

    @contextmanager
    def hold(self, key: str) -> Iterator[bool]:
        """Hold a key during a block; yields False when somebody else holds it.

        Raises:
            StoreError: the file cannot be opened.
        """
        offset = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") & _OFFSET_MASK
        if not self._take(offset):
            yield False
            return
        try:
            yield True
        finally:
            self._give_back(offset)

    def close(self) -> None:
        """Give everything back."""
        with self._mutex:
            if self._descriptor is not None and self._process_id == os.getpid():
                os.close(self._descriptor)
            self._descriptor = None
            self._held.clear()

    def _take(self, offset: int) -> bool:
        # The system tells processes apart, the set the threads of this one.
        with self._mutex:
            descriptor = self._open()
            if offset in self._held:
                return False
            try:
                fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, offset)
            except BlockingIOError:
                return False
            except OSError as error:
                raise StoreError(f"cannot lock {self._path}: {error.strerror}") from error
            self._held.add(offset)
            return True

    def _give_back(self, offset: int) -> None:
        with self._mutex:
            if self._descriptor is not None and offset in self._held:
                fcntl.lockf(self._descriptor, fcntl.LOCK_UN, 1, offset)
            self._held.discard(offset)

    def _open(self) -> int:
        """The file, opened anew in a process that was forked."""
        if self._descriptor is None or self._process_id != os.getpid():
            try:
                self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            except OSError as error:
                raise StoreError(
                    f"cannot open {self._path}: {error.strerror}; "
                    "point the setting 'database' to a file in a writable folder"
                ) from error
            self._process_id = os.getpid()
            self._held.clear()
        return self._descriptor
