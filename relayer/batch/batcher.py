"""Turns the queue into batches: culprits out, what fits by gas, nonce and members at once."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from relayer.batch.base_fees import BaseFees
from relayer.batch.chain_time import ChainTime
from relayer.batch.dry_run import Outcome, Verdict
from relayer.batch.fitting import Draft, Fitting
from relayer.batch.isolation import pick
from relayer.batch.policy import BatchPolicy, QueueView
from relayer.batch.rehearsal import Rehearsal, Rehearsed
from relayer.chain.answers import Block
from relayer.chain.errors import CallRevertedError, FeeCapError, NodeRefusalError
from relayer.chain.fees import Fees
from relayer.chain.node import Node
from relayer.chain.node_errors import is_inability
from relayer.chain.system import System
from relayer.clock import Clock
from relayer.send import Sender
from relayer.store import Store
from relayer.store.contributions import Contribution
from relayer.store.statuses import TransactionKind
from relayer.store.transactions import Transaction

log = logging.getLogger(__name__)

#: Contributions this close to their deadline would be skipped on chain at the relayer's cost.
EXPIRY_MARGIN_S = 5
#: Pause of a trainer's queue after the chain refused a whole batch.
HOLD_S = 5.0
LONGEST_HOLD_S = 300.0
#: Refusals of the node in a row after which fewer contributions are tried.
REFUSALS_BEFORE_HALVING = 3
#: Pause after each of them.
REFUSED_HOLD_S = 1.0


class _MembersLostError(Exception):
    """Some members were cancelled between the dry run and the claim."""


class Batcher:
    """Sends what is queued, for every trainer of the system.

    Args:
        store: the database.
        node: for dry runs and estimates.
        system: the contracts.
        sender: takes nonces and sends.
        policy: the operator's wishes.
        clock: tells how long items have waited.
    """

    def __init__(
        self,
        store: Store,
        node: Node,
        system: System,
        sender: Sender,
        policy: BatchPolicy,
        clock: Clock,
    ) -> None:
        self._store = store
        self._system = system
        self._sender = sender
        self._policy = policy
        self._clock = clock
        self._fitting = Fitting(policy)
        self._rehearsal = Rehearsal(node, system, self._fitting)
        self._hold_until: dict[str, float] = {}
        self._chain_time = ChainTime(clock)
        self._base_fees = BaseFees(policy.dear_percent)
        self._is_dear = False
        self._size_limit: dict[str, int] = {}
        self._refusals: dict[str, int] = {}
        #: Why a trainer's queue stands still, in plain words, by trainer.
        self.blocked: dict[str, str] = {}

    def expire(self, head: Block) -> int:
        """Takes out of the queue what can no longer be mined before its deadline."""
        now = self._chain_time.now(head)
        return self._store.contributions.expire_queued(now + EXPIRY_MARGIN_S)

    def step(self, head: Block) -> int:
        """Sends every batch that is due and returns how many went out.

        Raises:
            NodeError: the node does not answer; nothing was decided.
        """
        self._is_dear = self._base_fees.is_dear(head)
        return sum(
            self._serve(trainer, head)
            for trainer in self._store.outcomes.trainers_with_queue()
            if trainer in self._system.trainers
        )

    def _serve(self, trainer: str, head: Block) -> bool:
        now = self._clock.now()
        if self._clock.monotonic() < self._hold_until.get(trainer, float("-inf")):
            return False
        queue = self._queue(trainer)
        if not self._is_due(trainer, queue, now) or self._recovers_from_reverts(trainer, now):
            return False
        signer = self._sender.free_lane(TransactionKind.ADD)
        if signer is None:
            return False
        try:
            fees = self._sender.offer(head.base_fee_wei)
        except FeeCapError as error:
            self._hold(trainer, str(error), HOLD_S)
            return False
        draft = self._draft(trainer, queue, signer, fees, head)
        return draft is not None and self._dispatch(draft, head)

    def _draft(
        self, trainer: str, queue: Sequence[Contribution], signer: str, fees: Fees, head: Block
    ) -> Draft | None:
        """The next batch with its gas, rehearsed; None when there is none to be sent now."""
        try:
            rehearsed = self._rehearse(trainer, queue, signer, fees, head)
            if rehearsed is None or not rehearsed.members:
                return None
            reverts, _ = self._store.lanes.latest_reverts(TransactionKind.ADD, trainer)
            draft = self._rehearsal.draft(trainer, rehearsed, signer, fees, head, reverts)
        except NodeRefusalError as error:
            if is_inability(error):
                raise
            self._note_refused(trainer, queue, error)
            return None
        self._refusals.pop(trainer, None)
        return draft

    def _note_refused(
        self, trainer: str, queue: Sequence[Contribution], error: NodeRefusalError
    ) -> None:
        """The node refuses to rehearse these again and again: fewer, until the culprit waits alone.

        No contribution ends by the word of a node; at worst it waits until its deadline.
        """
        refusals = self._refusals[trainer] = self._refusals.get(trainer, 0) + 1
        self._hold(trainer, f"the node refuses to rehearse: {error.reason}", REFUSED_HOLD_S)
        if refusals % REFUSALS_BEFORE_HALVING:
            return
        if len(queue) > 1:
            self._size_limit[trainer] = len(queue) // 2
        else:
            pause_s = min(LONGEST_HOLD_S, HOLD_S * 2.0 ** min(refusals, 9))
            self._store.suspects.hold(queue[0].id, self._clock.now() + pause_s)
            self._size_limit.pop(trainer, None)

    def _queue(self, trainer: str) -> list[Contribution]:
        """The oldest in line; suspects keep to themselves."""
        now, room = self._clock.now(), self._store.contributions
        suspects, held = self._store.suspects.counts(now)
        size = self._full_size(trainer)
        queue = room.oldest_queued(trainer, size + held)
        if suspects:
            queue = pick(queue, self._store.suspects.of([item.id for item in queue]), now)
        return queue[:size]

    def _full_size(self, trainer: str) -> int:
        size = self._fitting.full_size(trainer)
        return min(size, self._size_limit.get(trainer, size))

    def _is_due(self, trainer: str, queue: Sequence[Contribution], now: float) -> bool:
        if not queue:
            return False
        view = QueueView(
            waiting=len(queue),
            oldest_waited_s=now - queue[0].accepted_at,
            batches_under_way=self._store.lanes.pending_batches(trainer),
            is_dear=self._is_dear,
        )
        return self._policy.is_due(view, self._full_size(trainer))

    def _recovers_from_reverts(self, trainer: str, now: float) -> bool:
        """A breaker: after batches that reverted in a block the pause doubles each time."""
        reverts, last_at = self._store.lanes.latest_reverts(TransactionKind.ADD, trainer)
        if not reverts:
            return False
        pause_s = min(LONGEST_HOLD_S, HOLD_S * 2**reverts)
        if not last_at <= now < last_at + pause_s:  # before it: the clock was set back
            return False
        self._hold(
            trainer, f"batches in a row that came to nothing: {reverts}", last_at + pause_s - now
        )
        return True

    def _rehearse(
        self, trainer: str, queue: Sequence[Contribution], signer: str, fees: Fees, head: Block
    ) -> Rehearsed | None:
        """What the chain would do now; culprits leave the queue, each with its own reason."""
        gas = self._sender.lanes.affordable_gas(signer, fees.max_fee_per_gas_wei)
        try:
            rehearsed = self._rehearsal.run(trainer, queue, signer, fees, head, gas)
        except CallRevertedError as error:
            if len(queue) == 1 and gas is not None and gas < self._fitting.ceiling(head):
                self._hold(trainer, f"{signer} has no money for a rehearsal", HOLD_S)
            else:
                self._handle_refusal(trainer, queue, error)
            return None
        self._size_limit.pop(trainer, None)
        self._drop_culprits(rehearsed.verdicts)
        if rehearsed.is_over_budget:
            self.blocked[trainer] = "the tank or its daily limit does not cover the queue"
            if not rehearsed.members:
                self._hold(trainer, self.blocked[trainer], HOLD_S)
        else:
            self.blocked.pop(trainer, None)
        return rehearsed

    def _handle_refusal(
        self, trainer: str, queue: Sequence[Contribution], error: CallRevertedError
    ) -> None:
        """A named refusal is about tank or relayer: wait. A nameless one: search the culprit."""
        named = self._system.forwarder.interface.decode_error(error.data)
        if named is not None:
            self._hold(trainer, f"the Forwarder refuses batches: {named[0]}", HOLD_S)
        elif len(queue) > 1:
            self._size_limit[trainer] = len(queue) // 2
            log.warning("batch of %d reverts in the dry run; trying half of it", len(queue))
        else:
            self._size_limit.pop(trainer, None)
            detail = "The contract reverts on it."
            self._store.contributions.fail_queued(
                queue[0].id, "reverted", detail, self._clock.now()
            )

    def _drop_culprits(self, verdicts: Sequence[Verdict]) -> None:
        now = self._clock.now()
        with self._store.transaction():
            for verdict in verdicts:
                outcome, contribution = verdict.outcome, verdict.contribution
                if outcome is Outcome.EXPIRED:
                    self._store.outcomes.expire(contribution.id, now)
                elif outcome not in (Outcome.ACCEPTED, Outcome.OVER_BUDGET):
                    self._store.contributions.fail_queued(
                        contribution.id, str(outcome.reason), outcome.detail, now
                    )

    def _dispatch(self, draft: Draft, head: Block) -> bool:
        """Takes nonce, batch and members in one database transaction, then sends."""
        try:
            with self._store.transaction():
                transaction = self._take(draft)
        except _MembersLostError:
            return False
        self._sender.send(transaction, head.base_fee_wei)
        log.info(
            "batch of %d sent, nonce %d",
            len(draft.members),
            transaction.nonce,
            extra={"action": "send_batch", "transaction_id": transaction.id},
        )
        return True

    def _take(self, draft: Draft) -> Transaction:
        transaction_id = self._sender.take(
            TransactionKind.ADD,
            draft.signer,
            self._system.forwarder.address,
            draft.data,
            draft.gas_limit,
        )
        batch_id = self._store.batches.insert(transaction_id, draft.trainer, len(draft.members))
        ids = [member.id for member in draft.members]
        if self._store.contributions.claim(batch_id, ids, self._clock.now()) != len(ids):
            raise _MembersLostError
        transaction = self._store.transactions.get(transaction_id)
        if transaction is None:
            raise LookupError(f"the transaction {transaction_id} was stored and is not there")
        return transaction

    def _hold(self, trainer: str, why: str, duration_s: float) -> None:
        self._hold_until[trainer] = self._clock.monotonic() + duration_s
        if self.blocked.get(trainer) != why:
            log.warning("queue of %s stands still: %s", trainer, why, extra={"action": "hold"})
        self.blocked[trainer] = why
