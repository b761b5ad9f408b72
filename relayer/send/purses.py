"""Watches the signers' money, and refills them from the treasury.

A balance counts at one block together with what the store knew of that block, so a refill that was
recorded as final is always part of the balance that decides about the next one. A refill is a
transaction like any other: stored before it is signed, signed before it is broadcast; the store
admits one under way for each account.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from relayer.chain.answers import Block
from relayer.chain.node import Node
from relayer.clock import Clock
from relayer.send.sender import TRANSFER_GAS, Sender
from relayer.store import Store
from relayer.store.chain_state import SignerSnapshot
from relayer.store.statuses import TransactionKind

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Purse:
    """One signer's money, and how many nonces it has used, at one block."""

    signer: str
    balance_wei: int
    used_nonces: int


@dataclass(frozen=True)
class RefillPolicy:
    """The operator's marks.

    Attributes:
        low_wei: a balance below it is refilled.
        high_wei: what it is refilled to.
    """

    low_wei: int
    high_wei: int

    def missing_wei(self, balance_wei: int) -> int:
        """What a refill would bring; 0 when the balance is not low."""
        return self.high_wei - balance_wei if balance_wei < self.low_wei else 0


class Purses:
    """The money of every signer of a worker.

    Args:
        store: the database.
        node: is asked for balances.
        sender: takes nonces, sends, and is told which lanes can pay.
        policy: the operator's marks.
        clock: tells when.
    """

    def __init__(
        self, store: Store, node: Node, sender: Sender, policy: RefillPolicy, clock: Clock
    ) -> None:
        self._store = store
        self._node = node
        self._sender = sender
        self._policy = policy
        self._clock = clock
        self._seen_head_hash = ""
        #: Who cannot pay and why, in plain words, by account.
        self.blocked: dict[str, str] = {}

    def step(self, head: Block, *, may_refill: bool = True) -> int:
        """Reads the balances of a new block and refills who is low; returns how many refills.

        Args:
            head: the newest block.
            may_refill: whether something may be sent now; else balances are read only.

        Raises:
            NodeError: the node does not answer; nothing was decided.
        """
        if head.hash == self._seen_head_hash:
            return 0
        purses = [
            Purse(
                signer,
                self._node.balance_wei(signer, head.number),
                self._node.transaction_count(signer, head.number),
            )
            for signer in self._sender.lanes.addresses
        ]
        price_wei = self._sender.highest_price_wei(head.base_fee_wei)
        self._sender.lanes.note_money({p.signer: p.balance_wei for p in purses}, price_wei)
        self._report(purses, head)
        refills = self._refill(purses, head) if may_refill else 0
        self._seen_head_hash = head.hash
        return refills

    def _report(self, purses: list[Purse], head: Block) -> None:
        """Tells the web and the operator who can pay."""
        lanes, poor = self._sender.lanes, {}
        for purse in purses:
            need_wei = lanes.need_wei()
            if purse.balance_wei < need_wei:
                poor[purse.signer] = (
                    f"the signer {purse.signer} holds {purse.balance_wei} wei and the next "
                    f"transaction may take {need_wei} wei; send it money"
                )
        for signer in poor.keys() - self.blocked.keys():
            log.warning("%s", poor[signer], extra={"action": "signer_poor", "signer": signer})
        self.blocked = poor
        snapshots = [
            SignerSnapshot(
                address=purse.signer,
                block_number=head.number,
                balance_wei=purse.balance_wei,
                allowed=lanes.is_allowed(purse.signer),
                paused=poor.get(purse.signer) or self._sender.blocked.get(purse.signer),
                chain_nonce=purse.used_nonces,
            )
            for purse in purses
        ]
        self._store.chain_state.write_signers(snapshots, self._clock.now())

    def _refill(self, purses: list[Purse], head: Block) -> int:
        treasury = self._sender.treasury
        due = [purse for purse in purses if self._policy.missing_wei(purse.balance_wei)]
        due = [purse for purse in due if not self._store.purses.is_refilled(purse.signer)]
        if treasury is None or not due:
            return 0
        price_wei = self._sender.highest_price_wei(head.base_fee_wei)
        left_wei = self._node.balance_wei(treasury, head.number)
        left_wei -= self._store.purses.committed_wei(treasury, price_wei)
        sent = 0
        for purse in sorted(due, key=lambda purse: purse.balance_wei):
            amount_wei = self._policy.missing_wei(purse.balance_wei)
            cost_wei = amount_wei + TRANSFER_GAS * price_wei
            if cost_wei > left_wei:
                self._note_treasury(treasury, left_wei, cost_wei)
                break
            left_wei -= cost_wei
            self._send(treasury, purse, amount_wei, head)
            sent += 1
        return sent

    def _note_treasury(self, treasury: str, left_wei: int, cost_wei: int) -> None:
        self.blocked[treasury] = (
            f"the treasury {treasury} has {left_wei} wei left and the next refill may take "
            f"{cost_wei} wei; send it money"
        )
        log.warning("%s", self.blocked[treasury], extra={"action": "treasury_poor"})

    def _send(self, treasury: str, purse: Purse, amount_wei: int, head: Block) -> None:
        with self._store.transaction():
            transaction_id = self._sender.take(
                TransactionKind.REFILL, treasury, purse.signer, b"", TRANSFER_GAS, amount_wei
            )
            transaction = self._store.transactions.get(transaction_id)
        log.info(
            "refilling %s with %d wei",
            purse.signer,
            amount_wei,
            extra={"action": "refill", "transaction_id": transaction_id},
        )
        if transaction is not None:
            self._sender.send(transaction, head.base_fee_wei)
