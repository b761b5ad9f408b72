"""Takes the relayer's earnings out of the Forwarder, so that its signers can go on paying gas.

Where the operator withdraws them to a treasury, only those signers collect that need the money; the
rest stays in the Forwarder until it is withdrawn.
"""

from __future__ import annotations

import logging

from relayer.chain.answers import Block
from relayer.chain.errors import FeeCapError
from relayer.chain.node import Node
from relayer.chain.system import System
from relayer.send import Sender
from relayer.store import Store
from relayer.store.statuses import TransactionKind

log = logging.getLogger(__name__)

#: Nobody pays this transaction back, so it waits until it costs at most a hundredth of the credit.
CREDIT_PER_COST = 100
COLLECT_GAS = 60_000


class CreditCollector:
    """Withdraws credits to the signer that earned them.

    Args:
        store: the database.
        node: is asked for the credit.
        system: the contracts.
        sender: takes nonces and sends.
        enough_wei: a signer that holds as much collects nothing; None: every signer collects.
    """

    def __init__(
        self,
        store: Store,
        node: Node,
        system: System,
        sender: Sender,
        enough_wei: int | None = None,
    ) -> None:
        self._store = store
        self._node = node
        self._system = system
        self._sender = sender
        self._enough_wei = enough_wei

    def step(self, head: Block) -> int:
        """Collects for every signer that it is worth for; returns the number of transactions.

        Raises:
            NodeError: the node does not answer; nothing was decided.
        """
        return sum(self._collect(signer, head) for signer in self._sender.lanes.addresses)

    def _collect(self, signer: str, head: Block) -> bool:
        if self._store.lanes.has_pending(signer, TransactionKind.CREDIT):
            return False
        try:
            fees = self._sender.offer(head.base_fee_wei)
        except FeeCapError:
            return False
        if self._has_enough(signer):
            return False
        forwarder = self._system.forwarder
        credit_wei: int = forwarder.read(self._node, "credit", signer)
        if credit_wei < CREDIT_PER_COST * COLLECT_GAS * fees.max_fee_per_gas_wei:
            return False
        data = forwarder.interface.encode("withdrawCredit", signer, credit_wei)
        with self._store.transaction():
            transaction_id = self._sender.take(
                TransactionKind.CREDIT, signer, forwarder.address, data, COLLECT_GAS
            )
            transaction = self._store.transactions.get(transaction_id)
        if transaction is not None:
            self._sender.send(transaction, head.base_fee_wei)
        log.info("collecting %d wei of credit", credit_wei, extra={"action": "collect_credit"})
        return True

    def _has_enough(self, signer: str) -> bool:
        balance_wei = self._sender.lanes.balance_wei(signer)
        if self._enough_wei is None or balance_wei is None:
            return False
        return balance_wei >= self._enough_wei
