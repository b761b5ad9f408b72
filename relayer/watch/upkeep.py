"""Keeps transactions that no block holds moving: sign, broadcast again, bump, cancel, fill gaps."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from relayer.chain.answers import Block
from relayer.chain.errors import FeeCapError
from relayer.chain.node_errors import SendOutcome
from relayer.clock import Clock
from relayer.send import Sender
from relayer.store import Store
from relayer.store.cancellations import CancelReason
from relayer.store.transactions import Attempt, Transaction
from relayer.watch.handovers import Handovers
from relayer.watch.points import Points
from relayer.watch.watcher import Observation

log = logging.getLogger(__name__)


class Upkeep:
    """Acts on the pending transactions of an observation.

    Args:
        store: the database.
        sender: signs and broadcasts.
        resend_after_s: how long the first transaction of a lane may wait for its block before it
            is replaced by a dearer one.
        clock: tells how long.
        points: finds transactions that would do nothing any more; None: none is looked for.
    """

    def __init__(
        self,
        store: Store,
        sender: Sender,
        resend_after_s: float,
        clock: Clock,
        points: Points | None = None,
    ) -> None:
        self._store = store
        self._sender = sender
        self._resend_after_s = resend_after_s
        self._clock = clock
        self._points = points
        self._handovers = Handovers(clock)
        self._first_of_lane: dict[str, tuple[int, float]] = {}
        #: Why the first transaction of a lane waits, in plain words, by signer.
        self.blocked: dict[str, str] = {}

    def step(self, observation: Observation) -> None:
        """Looks after every pending transaction once; what stops one lane stops no other."""
        for signer in self._sender.addresses:
            pending = observation.pending.get(signer, [])
            if not pending:
                self.blocked.pop(signer, None)
                self._sender.lanes.note_stuck(signer, stuck=False)
        for signer, pending in observation.pending.items():
            self._note_first(signer, pending[0])
            self._sender.lanes.note_stuck(signer, stuck=self._is_stuck(signer))
            for transaction in pending:
                self._serve(transaction, observation.head, first=transaction is pending[0])
        if observation.complete:
            self._handovers.keep_only({t.id for p in observation.pending.values() for t in p})

    def raise_now(
        self, transaction: Transaction, attempts: Sequence[Attempt], head: Block
    ) -> SendOutcome:
        """Replaces a pending transaction by a dearer one at once, however short it has waited.

        Raises:
            FeeCapError: a valid replacement would exceed the operator's cap.
        """
        outcome = self._sender.bump(transaction, attempts, head.base_fee_wei)
        self._handovers.note(transaction.id, head, outcome)
        return outcome

    def fill_gaps(self, signer: str, used_nonces: int, head: Block) -> int:
        """Closes nonces that were handed out and belong to nobody; returns how many.

        Args:
            signer: the account.
            used_nonces: its nonce on the chain: everything below is used up.
            head: for the base fee.
        """
        self._store.lanes.raise_next_nonce(signer, used_nonces)
        gaps = self._store.lanes.unowned_nonces(signer, used_nonces)
        for nonce in gaps:
            with self._store.transaction():
                transaction_id = self._sender.fill(signer, nonce)
            transaction = self._store.transactions.get(transaction_id)
            if transaction is not None:
                log.warning("nonce %d of %s belongs to nobody: filling it", nonce, signer)
                self._serve(transaction, head, first=False)
        return len(gaps)

    def _serve(self, transaction: Transaction, head: Block, *, first: bool) -> None:
        try:
            outcome = self._look_after(transaction, head, first=first)
        except FeeCapError as error:
            self._handovers.note(transaction.id, head, None)
            if first:
                self._note_blocked(transaction, str(error))
            return
        if outcome is not None:
            self._handovers.note(transaction.id, head, outcome)
            if first:
                self.blocked.pop(transaction.signer, None)

    def _look_after(
        self, transaction: Transaction, head: Block, *, first: bool
    ) -> SendOutcome | None:
        """Does what is due; returns what the node said, None when nothing was handed over."""
        attempts = self._store.transactions.attempts(transaction.id)
        if not self._sender.can_sign(transaction.signer):
            return self._keep_alive(transaction, attempts, head)
        if not attempts:
            may_begin = self._handovers.may_begin(transaction.id)
            return self._sender.send(transaction, head.base_fee_wei) if may_begin else None
        newest = attempts[-1]
        if not self._handovers.is_known(transaction.id, newest, head):
            return self._sender.rebroadcast(attempts)
        if self._is_to_be_cancelled(transaction) and not newest.is_empty:
            return self._sender.bump(transaction, attempts, head.base_fee_wei)
        if not _is_in_pool(newest.result):
            return self._insist(transaction, attempts, head, first=first)
        if self._handovers.waited(transaction.id, self._resend_after_s):
            return self._move_on(transaction, attempts, head, first=first)
        return None

    def _is_to_be_cancelled(self, transaction: Transaction) -> bool:
        return self._store.cancellations.of(transaction.id) is not None

    def _keep_alive(
        self, transaction: Transaction, attempts: Sequence[Attempt], head: Block
    ) -> SendOutcome | None:
        """Broadcasts what a signer left behind that is not among the settings any more."""
        if not attempts:
            return None
        known = self._handovers.is_known(transaction.id, attempts[-1], head)
        if known and not self._handovers.waited(transaction.id, self._resend_after_s):
            return None
        return self._sender.rebroadcast(attempts)

    def _insist(
        self, transaction: Transaction, attempts: Sequence[Attempt], head: Block, *, first: bool
    ) -> SendOutcome | None:
        """Gives up what nodes reject, and tries the rest again, less often each time."""
        result = attempts[-1].result
        if result == SendOutcome.REJECTED.value and first and not attempts[-1].is_empty:
            return self._cancel(transaction, attempts, head, CancelReason.REJECTED)
        underpriced = result == SendOutcome.UNDERPRICED.value
        if not self._handovers.may_retry(transaction.id, patiently=not underpriced):
            return None
        if underpriced:
            return self._raise(transaction, attempts, head, first=first)
        return self._sender.rebroadcast(attempts)

    def _move_on(
        self, transaction: Transaction, attempts: Sequence[Attempt], head: Block, *, first: bool
    ) -> SendOutcome:
        """Replaces the first of a lane; the others wait for it and are only refreshed.

        While no block comes a higher fee changes nothing, so a standing chain gets no bumps. What
        the node has dropped is handed to it again before it is paid more for.
        """
        stuck = first and self._is_stuck(transaction.signer)
        if not stuck or not self._handovers.has_seen_block_since(transaction.id, head):
            return self._sender.rebroadcast(attempts)
        if self._handovers.is_dropped_first(transaction.id, self._sender.is_held(attempts[-1])):
            outcome = self._sender.rebroadcast(attempts)
            if outcome is not SendOutcome.UNDERPRICED:
                return outcome
        return self._raise(transaction, attempts, head, first=first)

    def _raise(
        self, transaction: Transaction, attempts: Sequence[Attempt], head: Block, *, first: bool
    ) -> SendOutcome:
        """Pays more for a transaction; if it is the next one and has lost its point, for none."""
        why = None
        if first and self._points is not None and not self._is_to_be_cancelled(transaction):
            why = self._points.missing(transaction)
        try:
            if why is not None:
                return self._cancel(transaction, attempts, head, CancelReason.POINTLESS, why)
            return self._sender.bump(transaction, attempts, head.base_fee_wei)
        except FeeCapError:
            self._sender.rebroadcast(attempts)
            raise

    def _cancel(
        self,
        transaction: Transaction,
        attempts: Sequence[Attempt],
        head: Block,
        reason: CancelReason,
        detail: str | None = None,
    ) -> SendOutcome:
        """Writes the intent down, then replaces the transaction by an empty self-send."""
        log.warning(
            "cancelling transaction %d (%s): %s",
            transaction.id,
            reason,
            detail or "the node rejects it",
            extra={"action": "cancel", "transaction_id": transaction.id},
        )
        self._store.cancellations.ask(transaction.id, reason, self._clock.now(), detail)
        return self._sender.bump(transaction, attempts, head.base_fee_wei)

    def _is_stuck(self, signer: str) -> bool:
        """Whether the first transaction of a lane has waited so long that it is replaced."""
        _, since = self._first_of_lane[signer]
        return self._clock.monotonic() - since >= self._resend_after_s

    def _note_first(self, signer: str, transaction: Transaction) -> None:
        known = self._first_of_lane.get(signer)
        if known is None or known[0] != transaction.nonce:
            self._first_of_lane[signer] = (transaction.nonce, self._clock.monotonic())
            self.blocked.pop(signer, None)

    def _note_blocked(self, transaction: Transaction, why: str) -> None:
        if transaction.signer not in self.blocked:
            extra = {"action": "stuck", "transaction_id": transaction.id}
            log.warning("transaction %d waits: %s", transaction.id, why, extra=extra)
        self.blocked[transaction.signer] = (
            f"nonce {transaction.nonce} of {transaction.signer} is stuck: {why}"
        )


def _is_in_pool(result: str | None) -> bool:
    return result in (SendOutcome.ACCEPTED.value, SendOutcome.ALREADY_KNOWN.value)
