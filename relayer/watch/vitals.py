"""Notes what the dashboard must know of the worker and its nodes beside what is under way."""

from __future__ import annotations

from typing import Any

from relayer import __version__
from relayer.chain.answers import Block
from relayer.chain.node import Node
from relayer.chain.pool import NodePool
from relayer.clock import Clock
from relayer.store import Store


class Vitals:
    """Writes the checks `head`, `nodes` and `worker`.

    Args:
        store: the database.
        node: whose troubles are told.
        chain_id: the deployment's.
        clock: is held against blocks.
    """

    def __init__(self, store: Store, node: Node, chain_id: int, clock: Clock) -> None:
        self._store = store
        self._node = node
        self._chain_id = chain_id
        self._clock = clock
        self._told: dict[str, Any] = {}

    def note_head(self, head: Block) -> None:
        """Note a new block, and how old it was when it was seen first."""
        now = self._clock.now()
        lag_s = round(now - head.timestamp, 3)
        self._store.checks.write("head", {"number": head.number, "lag_s": lag_s}, now)

    def step(self) -> None:
        """Note which version works, and which nodes can be used, when one of both has changed."""
        endpoints = self._node.endpoints if isinstance(self._node, NodePool) else ()
        foreign = [endpoint.name for endpoint in endpoints if endpoint.is_of_another_chain]
        nodes = {
            "chain_id": self._chain_id,
            "count": max(1, len(endpoints)),
            "foreign": foreign,
            "troubles": self._node.troubles(),
        }
        found: dict[str, dict[str, Any]] = {"nodes": nodes, "worker": {"version": __version__}}
        changed = {name: value for name, value in found.items() if self._told.get(name) != value}
        if changed:
            now = self._clock.now()
            with self._store.transaction():
                for name, value in changed.items():
                    self._store.checks.write(name, value, now)
            self._told |= changed
