"""Long polling: a request that waits until a contribution's status changes."""

from __future__ import annotations

import threading

from relayer.clock import Clock
from relayer.store import Store
from relayer.store.contributions import Contribution

#: Longest wait that a client may ask for.
MAX_WAIT_S = 25.0
#: Pause between two looks; each look is one lookup by key.
LOOK_INTERVAL_S = 0.2


class Waiting:
    """Lets some requests wait, but never so many that none is left to serve the others.

    Args:
        store: where the contributions are.
        clock: the time that passes.
        most_waiters: how many may wait at once; one more is answered at once.
    """

    def __init__(self, store: Store, clock: Clock, most_waiters: int) -> None:
        self._store = store
        self._clock = clock
        self._seats = threading.BoundedSemaphore(most_waiters)

    def for_change(self, contribution: Contribution, wait_s: float) -> Contribution:
        """Return the contribution when its status changed, is final, or the time is over.

        Args:
            contribution: as the caller knows it.
            wait_s: how long to wait at most; at most `MAX_WAIT_S` is granted.
        """
        if wait_s <= 0 or contribution.status.is_final:
            return contribution
        if not self._seats.acquire(blocking=False):
            return contribution
        try:
            return self._watch(contribution, self._clock.now() + min(wait_s, MAX_WAIT_S))
        finally:
            self._seats.release()

    def _watch(self, contribution: Contribution, until: float) -> Contribution:
        contributions = self._store.contributions
        while (left_s := until - self._clock.now()) > 0:
            self._clock.sleep(min(LOOK_INTERVAL_S, left_s))
            if contributions.status_of(contribution.id) != contribution.status:
                return contributions.get(contribution.id) or contribution
        return contribution
