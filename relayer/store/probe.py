"""Whether the database can be written to, found out by writing to it."""

from __future__ import annotations

import sqlite3
import threading
from typing import Final

from relayer.errors import StoreError
from relayer.store.connection import Connections
from relayer.store.faults import fault_of

#: As long an answer counts: whoever asks for readiness in a loop costs one write a second.
PROBE_INTERVAL_S: Final = 1.0
#: About what the acceptance of a list takes: room for less is no room.
_FILLER_BYTES: Final = 65_536

_WRITE: Final = (
    "INSERT INTO probe (id, at, filler) VALUES (1, ?, randomblob(?)) "
    "ON CONFLICT (id) DO UPDATE SET at = excluded.at, filler = excluded.filler"
)


class StoreProbe:
    """Writes a row that means nothing, at most once a second."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._lock = threading.Lock()
        self._written_at: float | None = None

    def check(self, now: float) -> None:
        """Write, unless that worked just now.

        Raises:
            StoreError: it does not work.
        """
        with self._lock:
            if self._written_at is not None and abs(now - self._written_at) < PROBE_INTERVAL_S:
                return
            self._written_at = None
            try:
                with self._connections.transaction() as connection:
                    connection.execute(_WRITE, (now, _FILLER_BYTES))
            except (sqlite3.Error, OSError) as error:
                reason = fault_of(error) or str(error)
                raise StoreError(
                    f"cannot write to the database {self._connections.path}: {reason}"
                ) from error
            self._written_at = now
