"""Brings into the store what happens in one process only: refusals, requests to nodes."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import asdict
from typing import Final

from relayer.chain.endpoint import Endpoint
from relayer.chain.node import Node
from relayer.chain.pool import NodePool
from relayer.clock import Clock
from relayer.errors import StoreError
from relayer.store import Store
from relayer.store.tallies import TallyKey

log = logging.getLogger(__name__)

#: A flood of refusals costs each web process one small write in this time.
REFUSALS_INTERVAL_S: Final = 1.0
#: Pause between two writes of the worker.
NODES_INTERVAL_S: Final = 5.0

REFUSALS: Final = "refusals"
LOST_LINES: Final = "lost_lines"
NODE_REQUESTS: Final = "node-requests"
NODE_FAULTS: Final = "node-faults"

_FAULTS: Final = (
    "refusals",
    "unreachable",
    "busy",
    "wrong_answers",
    "wrong_chain",
    "distrusted",
)


class RefusalTally:
    """Counts refusals by code; safe to share between threads.

    Counting never fails and hardly waits for other writers; what could not be written is kept for
    the next time. What a process has not written when it is killed is lost.

    Args:
        store: where the counts go.
        clock: spaces the writes.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._written_at = float("-inf")

    def count(self, codes: Collection[str]) -> None:
        """Count refusals, and write when it is time to."""
        if not (codes or self._counts):
            return
        with self._lock:
            self._counts.update(codes)
            is_due = self._clock.monotonic() >= self._written_at + REFUSALS_INTERVAL_S
            if not (self._counts and is_due):
                return
            self._written_at = self._clock.monotonic()
        self.write()

    def write(self) -> None:
        """Write what was counted."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        if not counts or not self._store.is_migrated:
            self._keep(counts)
            return
        try:
            self._store.tallies.add_in_passing(
                {(REFUSALS, code, ""): count for code, count in counts.items()}
            )
        except (sqlite3.Error, StoreError, OSError) as error:
            self._keep(counts)
            log.warning("refusals cannot be counted: %s", error, extra={"action": "tally"})

    def _keep(self, counts: Counter[str]) -> None:
        with self._lock:
            self._counts.update(counts)


class LostLineTally:
    """Counts lines about requests that could not be written.

    Args:
        store: where the count goes.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def count(self, lines: int) -> bool:
        """Count lines, and return whether that could be done now."""
        if not self._store.is_migrated:
            return False
        try:
            self._store.tallies.add_in_passing({(LOST_LINES, "", ""): lines})
        except (sqlite3.Error, StoreError, OSError):
            return False
        return True


class NodeTally:
    """Carries the counters of the worker's nodes on, over its restarts.

    Args:
        store: where the counts go.
        node: whose requests are counted, if it counts them.
        clock: spaces the writes.
    """

    def __init__(self, store: Store, node: Node, clock: Clock) -> None:
        self._store = store
        self._endpoints = list(_endpoints(node))
        self._clock = clock
        self._written: dict[TallyKey, int] = {}
        self._written_at = float("-inf")

    def step(self) -> None:
        """Write what has happened since the last time, when it is time to."""
        now = self._clock.monotonic()
        if now < self._written_at + NODES_INTERVAL_S:
            return
        self._written_at = now
        counts: Counter[TallyKey] = Counter()
        for endpoint in self._endpoints:
            counts.update(_counts(endpoint))
        self._store.tallies.add(
            {key: value - self._written.get(key, 0) for key, value in counts.items()}
        )
        self._written = dict(counts)


def _endpoints(node: Node) -> Iterator[Endpoint]:
    if isinstance(node, NodePool):
        yield from node.endpoints
    elif isinstance(node, Endpoint):
        yield node


def _counts(endpoint: Endpoint) -> dict[TallyKey, int]:
    counted = asdict(endpoint.counters)
    faults: dict[TallyKey, int] = {
        (NODE_FAULTS, endpoint.name, kind): counted[kind] for kind in _FAULTS
    }
    return {(NODE_REQUESTS, endpoint.name, ""): counted["requests"], **faults}
