"""Holds each new head against the blocks seen before, and takes back what dropped blocks had told.

A responder that believed a block which is gone would keep silent: its commitment, its label, or the
share that it was paid counts no more. So requests whose end was read from dropped blocks are open
again, events are read anew from the last common block on, and stored bytes of transactions go out
again. What is said again is what was said before: the label stays, and the salt follows from the
key, so a commitment that is made twice is the same, and no request ever gets two answers.
"""

from __future__ import annotations

from relayer.chain.answers import Block
from relayer.chain.node import Node
from relayer.clock import Clock
from relayer.store import Store
from relayer.watch import ChainTrail, Repair


class Reorganisations:
    """Follows the chain for a responder.

    Args:
        store: the database.
        node: is asked for block heads.
        oracle: address of the oracle.
        first_block: the block of its deployment, or one before it.
        confirmations: blocks on top from which on a block is final.
        clock: tells when.
    """

    def __init__(
        self,
        store: Store,
        node: Node,
        oracle: str,
        first_block: int,
        confirmations: int,
        clock: Clock,
    ) -> None:
        self._store = store
        self._oracle = oracle
        self._clock = clock
        self._trail = ChainTrail(store, node, confirmations, clock)
        self._repair = Repair(store, node, first_block, oracle, confirmations, clock)

    def hash_at(self, number: int) -> str | None:
        """The hash of a block that is believed, or None when it was not looked at."""
        return self._trail.hash_at(number)

    def follow(self, head: Block) -> bool:
        """Joins a head to the blocks seen before; returns whether some of them were dropped.

        Raises:
            NodeError: the node lags, contradicts itself or does not answer; nothing was decided.
            SettingsError: the chain was replaced from before the deployment on.
        """
        step = self._trail.follow(head)
        plan = self._repair.plan(step)
        with self._store.transaction():
            if plan is not None:
                self._repair.write(plan)
            if step.dropped:
                self._store.oracle_requests.reopen(
                    self._oracle, step.ancestor_number, self._clock.now()
                )
            self._trail.keep(step)
        return step.dropped
