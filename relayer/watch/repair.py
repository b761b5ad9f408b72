"""Repairs what was written down about blocks that had counted as final and were dropped.

With enough `confirmations` this never happens. When it does, the ends of all transactions above
the last common block are taken back, settlements read from events above it are open again, and the
usual course begins anew: stored bytes go out, and blocks tell what became of each nonce. The
operator is told, because players may have been told otherwise.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from relayer.chain.errors import NodeRefusalError
from relayer.chain.node import Node
from relayer.clock import Clock
from relayer.errors import SettingsError
from relayer.store import Store
from relayer.store.trail import Reorganisation
from relayer.watch.trail import NO_BLOCK, Step

log = logging.getLogger(__name__)

#: How long the heartbeat tells of a deep reorganisation.
TOLD_FOR_S = 3_600.0


@dataclass(frozen=True)
class RepairPlan:
    """What is to be taken back.

    Attributes:
        ancestor_number: the last block that is still of the chain.
        final_number: the last one that had counted as final.
        from_nonces: for each account the first nonce that no block up to the ancestor has taken.
    """

    ancestor_number: int
    final_number: int
    from_nonces: Mapping[str, int]


class Repair:
    """Takes back what deep reorganisations made untrue.

    Args:
        store: the database.
        node: is asked which nonces the chain had taken at the last common block.
        first_block: the block of the deployment, or one before it.
        contract: an address of the deployment.
        confirmations: the operator's setting, for the alarm.
        clock: tells when.
    """

    def __init__(
        self,
        store: Store,
        node: Node,
        first_block: int,
        contract: str,
        confirmations: int,
        clock: Clock,
    ) -> None:
        self._store = store
        self._node = node
        self._first_block = first_block
        self._contract = contract
        self._confirmations = confirmations
        self._clock = clock

    def plan(self, step: Step) -> RepairPlan | None:
        """What a step makes untrue; None when it only touches blocks that were not final yet.

        Raises:
            SettingsError: the chain was replaced from before the deployment on.
            NodeError: the node does not answer.
        """
        if not step.dropped:
            return None
        final = self._store.trail.decided_until()
        if final <= step.ancestor_number:
            return None
        ancestor = self._ancestor(step)
        from_nonces = self._store.reopening.lowest_nonces(ancestor)
        for signer in self._store.reopening.signers():
            used = self._used_at(signer, ancestor)
            if used is not None:
                from_nonces[signer] = min(used, from_nonces.get(signer, used))
        return RepairPlan(ancestor, final, from_nonces)

    def write(self, plan: RepairPlan) -> set[str]:
        """Takes back what was planned, in the caller's transaction; returns whom it concerns."""
        now, room = self._clock.now(), self._store.reopening
        reopened = room.reopen(plan.from_nonces, now)
        room.unsettle(plan.ancestor_number, now)
        self._store.brought.forget_above(plan.ancestor_number, now)
        reorganisation = Reorganisation(now, plan.ancestor_number, plan.final_number, len(reopened))
        self._store.trail.note_reorganisation(reorganisation)
        log.error("%s", self._words(reorganisation), extra={"action": "deep_reorganisation"})
        return room.players(reopened)

    def alarm(self) -> str | None:
        """The latest deep reorganisation in words, for as long as the operator should see it."""
        latest = self._store.trail.latest_reorganisation()
        if latest is None or abs(self._clock.now() - latest.noticed_at) > TOLD_FOR_S:
            return None
        return self._words(latest)

    def _ancestor(self, step: Step) -> int:
        first_block = self._first_block
        if step.ancestor_number >= first_block:
            return step.ancestor_number
        if step.ancestor_number != NO_BLOCK or not self._node.code(self._contract):
            raise SettingsError(
                "the chain was replaced from before the deployment on; this database and this "
                "deployment file belong to a chain that is gone: deploy again, with a new database"
            )
        return first_block

    def _used_at(self, signer: str, block_number: int) -> int | None:
        """Nonces used at a block; None when the node keeps no state of it any more."""
        try:
            return self._node.transaction_count(signer, block_number)
        except NodeRefusalError:
            return None

    def _words(self, reorganisation: Reorganisation) -> str:
        return (
            f"the chain dropped blocks {reorganisation.ancestor_number + 1} to "
            f"{reorganisation.final_number}, which had counted as final; "
            f"{reorganisation.reopened} transactions are under way again. "
            f"Raise confirmations, now {self._confirmations}"
        )
