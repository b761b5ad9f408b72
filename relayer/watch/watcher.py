"""Looks up what blocks say about every attempt, and writes it down.

Asking and writing are apart: first all questions to the node, then one database transaction. When
a question fails nothing is decided from it: the transaction keeps its state until a later look.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

from relayer.chain.answers import Block, Receipt
from relayer.chain.errors import NodeAnswerError, NodeError
from relayer.chain.node import Node
from relayer.clock import Clock
from relayer.store import Store
from relayer.store.receipts import Mined
from relayer.store.statuses import TransactionStatus
from relayer.store.transactions import Transaction
from relayer.watch.effects import NONCE_TAKEN

log = logging.getLogger(__name__)

#: Final blocks in which a used nonce must lack a receipt of ours before it counts as taken.
LOOKS_BEFORE_TAKEN = 5


@dataclass
class Observation:
    """What one look at the chain found about the transactions under way.

    Attributes:
        head: the newest block; nothing above it is believed.
        receipts: transactions that a block holds, with their receipts.
        pending: transactions whose nonce is not used yet, by signer and in order of nonces.
        missing: transactions whose nonce is used, though no attempt of ours has a receipt.
        taken: those of them whose nonce is used even in final blocks.
        complete: whether every question was answered.
        may_finish: whether blocks that are deep enough count as final; not while nodes disagree.
    """

    head: Block
    receipts: list[tuple[Transaction, Receipt]] = field(default_factory=list)
    pending: dict[str, list[Transaction]] = field(default_factory=dict)
    missing: list[Transaction] = field(default_factory=list)
    taken: list[Transaction] = field(default_factory=list)
    complete: bool = True
    may_finish: bool = True


class Endings(Protocol):
    """Writes down the ends of transactions, in the caller's database transaction."""

    def finish(self, transaction: Transaction, receipt: Receipt, now: float) -> None:
        """Ends a transaction that is deep enough in the chain."""
        ...

    def end_without_effect(self, transaction: Transaction, reason: str, now: float) -> None:
        """Ends a transaction that certainly did nothing and never will."""
        ...


class Watcher:
    """Follows the transactions of all signers through blocks.

    Args:
        store: the database.
        node: is asked for receipts.
        effects: writes down what final transactions did.
        signers: the accounts to follow, beside any other that has something under way.
        confirmations: blocks on top from which on a transaction is final.
        clock: tells when.
    """

    def __init__(
        self,
        store: Store,
        node: Node,
        effects: Endings,
        signers: Sequence[str],
        confirmations: int,
        clock: Clock,
    ) -> None:
        self._store = store
        self._node = node
        self._effects = effects
        self._signers = signers
        self._confirmations = confirmations
        self._clock = clock
        self._looks_without_receipt: dict[int, set[int]] = {}
        self._hash_at: Callable[[int], str | None] = lambda number: None

    def observe(
        self,
        head: Block,
        *,
        mined_too: bool = True,
        may_finish: bool = True,
        hash_at: Callable[[int], str | None] = lambda number: None,
    ) -> Observation:
        """Asks the node about everything under way; changes nothing.

        Args:
            head: the newest block.
            mined_too: whether to look again at what blocks already hold; needless while the head
                is still the same.
            may_finish: whether blocks that are deep enough count as final.
            hash_at: the blocks of the chain as far as they are known already.
        """
        observation = Observation(head, may_finish=may_finish)
        self._hash_at = lru_cache(maxsize=1024)(lambda number: self._hash_of(number, hash_at))
        for signer in dict.fromkeys((*self._signers, *self._store.signers.with_unfinished())):
            try:
                self._observe_lane(signer, observation, mined_too=mined_too)
            except NodeError as error:
                observation.complete = False
                log.warning("receipts of %s: %s", signer, error, extra={"action": "observe"})
        return observation

    def record(self, observation: Observation) -> None:
        """Writes an observation down; call it inside a database transaction."""
        now = self._clock.now()
        for transaction, receipt in sorted(observation.receipts, key=lambda each: each[1].place):
            self._record_receipt(transaction, receipt, observation, now)
        for transaction in observation.missing:
            if transaction.status is TransactionStatus.MINED:
                self._unmine(transaction, now)
        for transactions in observation.pending.values():
            for transaction in transactions:
                if transaction.status is TransactionStatus.MINED:
                    self._unmine(transaction, now)
        self._record_taken(observation, now)

    def _observe_lane(self, signer: str, observation: Observation, *, mined_too: bool) -> None:
        unfinished = [
            transaction
            for transaction in self._store.transactions.unfinished(signer)
            if mined_too or transaction.status is not TransactionStatus.MINED
        ]
        if not unfinished:
            return
        head = observation.head
        final = max(0, head.number - self._confirmations)
        used = self._node.transaction_count(signer, head.number)
        missing: list[Transaction] = []
        for transaction in unfinished:
            if transaction.nonce >= used:
                observation.pending.setdefault(signer, []).append(transaction)
                continue
            receipt = self._find(transaction, head)
            if receipt is not None:
                observation.receipts.append((transaction, receipt))
                continue
            missing.append(transaction)
        observation.missing += missing
        # Only then asked: a node may keep no state of that block.
        if missing:
            used_for_good = self._node.agreed_transaction_count(signer, final)
            observation.taken += [each for each in missing if each.nonce < used_for_good]

    def _find(self, transaction: Transaction, head: Block) -> Receipt | None:
        """The receipt of whichever attempt a block holds; the newest one is the likeliest."""
        for attempt in reversed(self._store.transactions.attempts(transaction.id)):
            receipt = self._node.receipt(attempt.hash)
            if receipt is None or receipt.block_number > head.number:
                continue
            if receipt.block_hash != self._hash_at(receipt.block_number):
                raise NodeAnswerError(
                    f"The receipt of {attempt.hash} is of a block {receipt.block_number} that is "
                    "not of the chain."
                )
            return receipt
        return None

    def _hash_of(self, number: int, hash_at: Callable[[int], str | None]) -> str | None:
        known = hash_at(number)
        if known is not None:
            return known
        block = self._node.block(number)
        return None if block is None else block.hash

    def _record_receipt(
        self, transaction: Transaction, receipt: Receipt, observation: Observation, now: float
    ) -> None:
        self._looks_without_receipt.pop(transaction.id, None)
        if transaction.block_hash != receipt.block_hash:
            self._store.receipts.note_mined(transaction.id, Mined.of(receipt), now)
            facts = {
                "action": "mined",
                "transaction_id": transaction.id,
                "transaction_hash": receipt.transaction_hash,
                "block_number": receipt.block_number,
            }
            number = receipt.block_number
            log.info("transaction %d is in block %d", transaction.id, number, extra=facts)
        depth = observation.head.number - receipt.block_number
        if observation.may_finish and depth >= self._confirmations:
            self._effects.finish(transaction, receipt, now)

    def _unmine(self, transaction: Transaction, now: float) -> None:
        log.warning(
            "the chain dropped the block of transaction %d",
            transaction.id,
            extra={
                "action": "reorganisation",
                "transaction_id": transaction.id,
                "block_number": transaction.block_number,
            },
        )
        self._store.receipts.note_unmined(transaction.id, now)

    def _record_taken(self, observation: Observation, now: float) -> None:
        """A foreign transaction took the nonce, seen so in several final blocks: ours is void."""
        for transaction in observation.taken if observation.may_finish else ():
            looks = self._looks_without_receipt.setdefault(transaction.id, set())
            looks.add(observation.head.number)
            if len(looks) >= LOOKS_BEFORE_TAKEN:
                self._looks_without_receipt.pop(transaction.id)
                self._effects.end_without_effect(transaction, NONCE_TAKEN, now)
