"""Lets go of what a transaction carried that came to nothing."""

from __future__ import annotations

from collections.abc import Sequence

from relayer.batch.isolation import is_convicted
from relayer.store import Store
from relayer.store.cancellations import CancelReason
from relayer.store.statuses import TransactionKind, WithdrawalStatus
from relayer.store.transactions import Transaction

REVERTED = "reverted"
#: The nonce was used up by an empty self-send, because no node accepted the transaction.
VOIDED = CancelReason.REJECTED.value
#: Ends for which one of the items may be to blame.
_BLAMING = (REVERTED, VOIDED)
_DETAILS = {
    REVERTED: "Every transaction that carried it reverted.",
    VOIDED: "No node accepted the transactions that carried it.",
}


class Releases:
    """Puts requests back into their queues, or ends those that were tried often enough.

    Every method runs in the caller's database transaction.

    Args:
        store: the database.
        max_tries: how many transactions that came to nothing may carry a request.
    """

    def __init__(self, store: Store, max_tries: int) -> None:
        self._store = store
        self._max_tries = max_tries

    def release(self, transaction: Transaction, reason: str, now: float) -> None:
        """Lets go of everything that a transaction carried.

        Args:
            transaction: it certainly did nothing and never will.
            reason: why; after a revert or a rejection its items are suspects.
            now: the time.
        """
        batch_id = self._store.outcomes.batch_of(transaction.id)
        if batch_id is not None:
            self._store.outcomes.fail_batch(batch_id, now)
            ids = [member.id for member in self._store.contributions.of_batch(batch_id)]
            convicted = self._judge(ids, reason)
            self._store.outcomes.fail_some(convicted, reason, _DETAILS.get(reason, ""), now)
            self._store.outcomes.requeue_members(batch_id, now)
        if transaction.kind is TransactionKind.VALIDATE:
            self._release_validations(transaction, reason, now)
        self._release_withdrawals(transaction, reason, now)

    def _judge(self, ids: Sequence[str], reason: str) -> list[str]:
        """Suspects all of them where one may be to blame; returns those that are tried no more."""
        if reason not in _BLAMING:
            return []
        self._store.suspects.note_failure(ids)
        suspects = self._store.suspects.of(ids)
        return [i for i in ids if is_convicted(suspects[i], len(ids), self._max_tries)]

    def _release_validations(self, transaction: Transaction, reason: str, now: float) -> None:
        calls = self._store.validation_calls
        items = calls.items_of(transaction.id)
        convicted = set(self._judge([item.id for item in items], reason))
        guilty = [item for item in items if item.id in convicted]
        calls.fail(guilty, reason, _DETAILS.get(reason, ""), now)
        calls.requeue([item for item in items if item.id not in convicted], now)

    def _release_withdrawals(self, transaction: Transaction, reason: str, now: float) -> None:
        """Back to the queue: the next rehearsal tells why, and whether it was done by others."""
        for withdrawal_id in self._store.outcomes.withdrawals_of(transaction.id):
            if self._judge([withdrawal_id], reason):
                self._store.withdrawals.set_status(
                    withdrawal_id, WithdrawalStatus.FAILED, now, reason=reason
                )
            else:
                self._store.withdrawals.requeue(withdrawal_id, now)
