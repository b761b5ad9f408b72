"""What became of the transactions that were sent for an order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from relayer.store import Store
from relayer.store.statuses import TransactionStatus
from relayer.store.transactions import Transaction

_FINAL = (TransactionStatus.CONFIRMED, TransactionStatus.FAILED)


@dataclass(frozen=True, slots=True)
class Ends:
    """The transactions of one order, sorted by where they stand."""

    under_way: Sequence[Transaction]
    took_effect: Sequence[Transaction]
    came_to_nothing: Sequence[Transaction]

    @classmethod
    def of(cls, store: Store, order_id: str) -> Ends:
        """Read them from the store."""
        found = [
            store.transactions.get(number) for number in store.orders.transactions_of(order_id)
        ]
        known = [transaction for transaction in found if transaction is not None]
        return cls(
            under_way=[t for t in known if t.status not in _FINAL],
            took_effect=[t for t in known if t.status is TransactionStatus.CONFIRMED],
            came_to_nothing=[t for t in known if t.status is TransactionStatus.FAILED],
        )

    def waiting(self) -> str:
        """What is waited for, in words."""
        names = ", ".join(name_of(transaction) for transaction in self.under_way)
        return f"waits until final: {names}"

    def failures(self) -> str:
        """What came to nothing and why, in words; empty when nothing did."""
        return "; ".join(
            f"{name_of(transaction)} came to nothing: {transaction.reason}"
            for transaction in self.came_to_nothing
        )


def name_of(transaction: Transaction) -> str:
    """A transaction as people look for it."""
    return f"transaction {transaction.id} (nonce {transaction.nonce} of {transaction.signer})"
