"""Keeps transactions that no block holds moving: sign, broadcast again, bump, void, fill gaps."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from relayer.chain.answers import Block
from relayer.chain.errors import FeeCapError
from relayer.chain.node_errors import SendOutcome
from relayer.clock import Clock
from relayer.send import Sender
from relayer.store import Store
from relayer.store.transactions import Attempt, Transaction
from relayer.watch.watcher import Observation

log = logging.getLogger(__name__)

#: Pause between two hand-overs of the same bytes that no node has accepted so far.
RETRY_S = 2.0


class Upkeep:
    """Acts on the pending transactions of an observation.

    Args:
        store: the database.
        sender: signs and broadcasts.
        resend_after_s: how long the first transaction of a lane may wait for its block before it
            is replaced by a dearer one.
        clock: tells how long.
    """

    def __init__(self, store: Store, sender: Sender, resend_after_s: float, clock: Clock) -> None:
        self._store = store
        self._sender = sender
        self._resend_after_s = resend_after_s
        self._clock = clock
        self._started_at = clock.now()
        self._handed_over_at: dict[int, float] = {}
        self._handed_over_head: dict[int, int] = {}
        self._first_of_lane: dict[str, tuple[int, float]] = {}

    def step(self, observation: Observation) -> None:
        """Looks after every pending transaction once."""
        for signer in self._sender.lanes.addresses:
            self._sender.lanes.note_stuck(signer, stuck=False)
        for signer, pending in observation.pending.items():
            self._note_first(signer, pending[0])
            self._sender.lanes.note_stuck(signer, stuck=self._is_stuck(signer))
            for transaction in pending:
                first = transaction is pending[0]
                try:
                    self._look_after(transaction, observation.head, first=first)
                except FeeCapError as error:
                    log.warning("transaction %d waits: %s", transaction.id, error)
        self._forget(observation)

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
                self._sender.send(transaction, head.base_fee_wei)
        return len(gaps)

    def _look_after(self, transaction: Transaction, head: Block, *, first: bool) -> None:
        attempts = self._store.transactions.attempts(transaction.id)
        if not self._sender.can_sign(transaction.signer):
            self._keep_alive(transaction, attempts, head)
            return
        if not attempts:
            self._sender.send(transaction, head.base_fee_wei)
            self._note_handed_over(transaction, head)
            return
        result = attempts[-1].result
        if not self._was_handed_over(transaction, attempts[-1], head):
            self._sender.rebroadcast(attempts)
        elif result == SendOutcome.REJECTED.value and first:
            self._sender.void(transaction, attempts, head.base_fee_wei)
        elif result == SendOutcome.UNDERPRICED.value:
            self._sender.bump(transaction, attempts, head.base_fee_wei)
        elif not _is_in_pool(result):
            if not self._waited(transaction, RETRY_S):
                return
            self._sender.rebroadcast(attempts)
        elif self._waited(transaction, self._resend_after_s):
            self._move_on(transaction, attempts, head, first=first)
        else:
            return
        self._note_handed_over(transaction, head)

    def _keep_alive(
        self, transaction: Transaction, attempts: Sequence[Attempt], head: Block
    ) -> None:
        """Broadcasts what a signer left behind that is not among the settings any more."""
        handed_over = bool(attempts) and self._was_handed_over(transaction, attempts[-1], head)
        if attempts and not (handed_over and not self._waited(transaction, self._resend_after_s)):
            self._sender.rebroadcast(attempts)
            self._note_handed_over(transaction, head)

    def _is_stuck(self, signer: str) -> bool:
        """Whether the first transaction of a lane has waited so long that it is replaced."""
        _, since = self._first_of_lane[signer]
        return self._clock.now() - since >= self._resend_after_s

    def _move_on(
        self, transaction: Transaction, attempts: Sequence[Attempt], head: Block, *, first: bool
    ) -> None:
        """Replaces the first of a lane; the others wait for it and are only refreshed.

        While no block comes a higher fee changes nothing, so a standing chain gets no bumps.
        """
        stuck = first and self._is_stuck(transaction.signer)
        if not stuck or head.number <= self._handed_over_head.get(transaction.id, -1):
            self._sender.rebroadcast(attempts)
            return
        try:
            self._sender.bump(transaction, attempts, head.base_fee_wei)
        except FeeCapError:
            self._sender.rebroadcast(attempts)
            raise

    def _was_handed_over(self, transaction: Transaction, newest: Attempt, head: Block) -> bool:
        """Whether this process has broadcast the newest attempt, here or when it was made.

        After a start nothing counts as handed over: everything pending is broadcast once more.
        """
        if transaction.id not in self._handed_over_at:
            if newest.broadcast_at is None or newest.broadcast_at < self._started_at:
                return False
            self._handed_over_at[transaction.id] = newest.broadcast_at
            self._handed_over_head[transaction.id] = head.number
        return True

    def _waited(self, transaction: Transaction, duration_s: float) -> bool:
        return self._clock.now() - self._handed_over_at[transaction.id] >= duration_s

    def _note_handed_over(self, transaction: Transaction, head: Block) -> None:
        self._handed_over_at[transaction.id] = self._clock.now()
        self._handed_over_head[transaction.id] = head.number

    def _note_first(self, signer: str, transaction: Transaction) -> None:
        known = self._first_of_lane.get(signer)
        if known is None or known[0] != transaction.nonce:
            self._first_of_lane[signer] = (transaction.nonce, self._clock.now())

    def _forget(self, observation: Observation) -> None:
        """Drops what is kept in memory about transactions that are pending no more."""
        if not observation.complete:
            return
        pending = {t.id for lane in observation.pending.values() for t in lane}
        for notes in (self._handed_over_at, self._handed_over_head):
            for transaction_id in set(notes) - pending:
                notes.pop(transaction_id)


def _is_in_pool(result: str | None) -> bool:
    return result in (SendOutcome.ACCEPTED.value, SendOutcome.ALREADY_KNOWN.value)
