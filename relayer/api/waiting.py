"""Long polling: a request that waits until the status of what it asks for changes."""

from __future__ import annotations

import threading
from enum import StrEnum
from typing import Protocol, TypeVar

from relayer.clock import Clock
from relayer.store.statuses import ContributionStatus, ValidationStatus, WithdrawalStatus

#: Longest wait that a client may ask for.
MAX_WAIT_S = 25.0
#: Pause between two looks; each look is one lookup by key.
LOOK_INTERVAL_S = 0.2


class Awaited(Protocol):
    """A row that has a status."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def status(self) -> ContributionStatus | ValidationStatus | WithdrawalStatus:
        """Where it stands."""
        ...


Row = TypeVar("Row", bound=Awaited)
RoomRow = TypeVar("RoomRow", covariant=True)


class Room(Protocol[RoomRow]):
    """Where such rows are looked up."""

    def get(self, row_id: str, /) -> RoomRow | None:
        """Return a row, or None."""
        ...

    def status_of(
        self, row_id: str, /
    ) -> ContributionStatus | ValidationStatus | WithdrawalStatus | None:
        """Return where a row stands, without reading the rest of it."""
        ...


class Waiting:
    """Lets some requests wait, but never so many that none is left to serve the others.

    Args:
        clock: the time that passes.
        most_waiters: how many may wait at once; one more is answered at once.
    """

    def __init__(self, clock: Clock, most_waiters: int) -> None:
        self._clock = clock
        self._seats = threading.BoundedSemaphore(most_waiters)

    def for_change(
        self, room: Room[Row], row: Row, wait_s: float, seen: StrEnum | None = None
    ) -> Row:
        """Return a row when its status changed, is final, or the time is over.

        Args:
            room: where the row is.
            row: as it stands.
            wait_s: how long to wait at most; at most `MAX_WAIT_S` is granted.
            seen: the status that the caller has seen; another one is news, and not waited for.
        """
        if wait_s <= 0 or row.status.is_final or (seen is not None and row.status != seen):
            return row
        if not self._seats.acquire(blocking=False):
            return row
        try:
            return self._watch(room, row, self._clock.monotonic() + min(wait_s, MAX_WAIT_S))
        finally:
            self._seats.release()

    def _watch(self, room: Room[Row], row: Row, until: float) -> Row:
        while (left_s := until - self._clock.monotonic()) > 0:
            self._clock.sleep(min(LOOK_INTERVAL_S, left_s))
            if room.status_of(row.id) != row.status:
                return room.get(row.id) or row
        return row
