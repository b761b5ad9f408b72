"""What follows when a transaction is final: for its batch, validations, withdrawal, players."""

from __future__ import annotations

import logging

from relayer.chain.answers import Receipt
from relayer.chain.system import System
from relayer.store import Store
from relayer.store.statuses import TransactionKind, WithdrawalStatus
from relayer.store.transactions import Transaction
from relayer.watch.added import read_added
from relayer.watch.releases import REVERTED, VOIDED, Releases
from relayer.watch.validated import read_validated

log = logging.getLogger(__name__)

#: Somebody used the signer's key elsewhere: another transaction took the nonce.
NONCE_TAKEN = "nonce-taken-elsewhere"


class Effects:
    """Writes down the ends of transactions; every method runs in the caller's transaction.

    Args:
        store: the database.
        system: the contracts.
        max_tries: how many transactions that came to nothing may carry a request.
    """

    def __init__(self, store: Store, system: System, max_tries: int) -> None:
        self._store = store
        self._system = system
        self._releases = Releases(store, max_tries)
        #: Players whose state on chain has changed since it was read last.
        self.touched_players: set[str] = set()

    def finish(self, transaction: Transaction, receipt: Receipt, now: float) -> None:
        """Ends a transaction that is deep enough in the chain."""
        if receipt.to is not None and receipt.to.lower() == transaction.signer.lower():
            if transaction.kind is TransactionKind.FILL:
                self._store.receipts.note_confirmed(transaction.id, now)
            else:
                self.end_without_effect(transaction, self._cancel_reason(transaction), now)
        elif not receipt.succeeded:
            self.end_without_effect(transaction, REVERTED, now)
        else:
            self._take_effect(transaction, receipt, now)

    def end_without_effect(self, transaction: Transaction, reason: str, now: float) -> None:
        """Ends a transaction that certainly did nothing and never will.

        What it carried is let go of; see `Releases`.
        """
        log.warning(
            "transaction %d had no effect: %s",
            transaction.id,
            reason,
            extra={"action": "no_effect", "reason": reason, "transaction_id": transaction.id},
        )
        self._store.receipts.note_failed(transaction.id, reason, now)
        self._releases.release(transaction, reason, now)

    def _cancel_reason(self, transaction: Transaction) -> str:
        """Why a block holds an empty self-send in the place of a transaction."""
        cancellation = self._store.cancellations.of(transaction.id)
        return VOIDED if cancellation is None else cancellation.reason.value

    def _take_effect(self, transaction: Transaction, receipt: Receipt, now: float) -> None:
        self._store.receipts.note_confirmed(transaction.id, now)
        facts = {
            "action": "final",
            "kind": transaction.kind.value,
            "transaction_id": transaction.id,
            "transaction_hash": receipt.transaction_hash,
            "block_number": receipt.block_number,
        }
        log.info("transaction %d is final", transaction.id, extra=facts)
        if transaction.kind is TransactionKind.ADD:
            self._confirm_batch(transaction, receipt, now)
        if transaction.kind is TransactionKind.VALIDATE:
            self._confirm_validations(transaction, receipt, now)
        for withdrawal_id in self._store.outcomes.withdrawals_of(transaction.id):
            self._store.withdrawals.set_status(withdrawal_id, WithdrawalStatus.CONFIRMED, now)
            withdrawal = self._store.withdrawals.get(withdrawal_id)
            if withdrawal is not None:
                self.touched_players.add(withdrawal.player)

    def _confirm_validations(self, transaction: Transaction, receipt: Receipt, now: float) -> None:
        items = self._store.validation_calls.items_of(transaction.id)
        count = self._store.reopening.item_count(transaction.id)
        of_call = read_validated(self._system, count, receipt)
        outcomes = [of_call[item.item_index or 0] for item in items]
        self.touched_players.update(item.validator for item in items)
        self._store.validation_calls.finish(items, outcomes, now)
        self._store.suspects.clear([item.id for item in items])

    def _confirm_batch(self, transaction: Transaction, receipt: Receipt, now: float) -> None:
        batch_id = self._store.outcomes.batch_of(transaction.id)
        batch = None if batch_id is None else self._store.batches.get(batch_id)
        if batch is None:
            raise LookupError(f"the transaction {transaction.id} adds data and has no batch")
        added, outcomes = read_added(self._system, batch.trainer, batch.item_count, receipt)
        if transaction.reopened:
            accepted = [o.item_index for o in outcomes if o.record_index is not None]
            self._store.reopening.adopt_members(batch.id, accepted, now)
        members = self._store.contributions.of_batch(batch.id)
        self.touched_players.update(member.player for member in members)
        self._store.outcomes.move_members(batch.id, outcomes, now)
        self._store.suspects.clear([member.id for member in members])
        if added is None:
            self._store.outcomes.fail_batch(batch.id, now)
        else:
            self._store.outcomes.confirm_batch(batch.id, added)
