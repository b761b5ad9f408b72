"""Tells whether a transaction that waits would still do anything.

A batch whose members have all expired, a withdrawal that is too late, a settlement that somebody
else was faster with: bumping them would pay for nothing. Asked by one free call on the newest
state; what the node does not answer is taken to have its point.
"""

from __future__ import annotations

import logging

from relayer.batch.dry_run import Outcome
from relayer.chain.errors import ArtifactError, CallRevertedError, NodeError
from relayer.chain.node import Node
from relayer.chain.system import System
from relayer.store.statuses import TransactionKind
from relayer.store.transactions import Transaction

log = logging.getLogger(__name__)

#: Calls that tell by outcomes what each of their items would do, with their function's name.
_WITH_OUTCOMES = {TransactionKind.ADD: "addBatch", TransactionKind.VALIDATE: "validate"}


class Points:
    """Looks for the point of transactions.

    Args:
        node: is asked.
        system: the contracts.
    """

    def __init__(self, node: Node, system: System) -> None:
        self._node = node
        self._system = system

    def missing(self, transaction: Transaction) -> str | None:
        """Why a transaction would do nothing now, in plain words; None: it has a point."""
        if not transaction.data:
            return None
        extra = {"action": "points", "transaction_id": transaction.id}
        try:
            answer = self._node.call(
                transaction.to_address,
                transaction.data,
                sender=transaction.signer,
                gas=transaction.gas_limit,
            )
        except CallRevertedError as error:
            named = self._system.forwarder.interface.decode_error(error.data)
            return f"it would revert: {named[0] if named else error.reason}"
        except NodeError as error:
            log.info("transaction %d: %s", transaction.id, error, extra=extra)
            return None
        try:
            return self._without_effect(transaction.kind, answer)
        except (ArtifactError, ValueError) as error:
            log.warning("transaction %d: %s", transaction.id, error, extra=extra)
            return None

    def _without_effect(self, kind: TransactionKind, answer: bytes) -> str | None:
        interface = self._system.forwarder.interface
        if kind in _WITH_OUTCOMES:
            outcomes = interface.decode(_WITH_OUTCOMES[kind], answer)[1]
            if all(outcome != Outcome.ACCEPTED for outcome in outcomes):
                return "the chain would skip every item of it"
        if kind is TransactionKind.SETTLE and not any(interface.decode("settle", answer)):
            return "nothing of it can be settled"
        return None
