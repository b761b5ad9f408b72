"""What follows when a responder's transaction is final: nothing but its own end.

Whether a commitment or a label took effect is read from the oracle itself, not from receipts.
"""

from __future__ import annotations

import logging

from relayer.chain.answers import Receipt
from relayer.store import Store
from relayer.store.statuses import TransactionKind
from relayer.store.transactions import Transaction
from relayer.watch.releases import REVERTED, VOIDED

log = logging.getLogger(__name__)


class ResponderEndings:
    """Writes down the ends of transactions; every method runs in the caller's transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def finish(self, transaction: Transaction, receipt: Receipt, now: float) -> None:
        """Ends a transaction that is deep enough in the chain."""
        to_itself = receipt.to is not None and receipt.to.lower() == transaction.signer.lower()
        if to_itself and transaction.kind is not TransactionKind.FILL:
            self.end_without_effect(transaction, VOIDED, now)
        elif not receipt.succeeded:
            self.end_without_effect(transaction, REVERTED, now)
        else:
            self._store.receipts.note_confirmed(transaction.id, now)

    def end_without_effect(self, transaction: Transaction, reason: str, now: float) -> None:
        """Ends a transaction that certainly did nothing and never will."""
        log.warning(
            "transaction %d had no effect: %s",
            transaction.id,
            reason,
            extra={"action": "no_effect", "reason": reason, "transaction_id": transaction.id},
        )
        self._store.receipts.note_failed(transaction.id, reason, now)
