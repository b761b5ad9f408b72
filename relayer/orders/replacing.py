"""Orders about one transaction that no block holds: pay more for it, or use its nonce up."""

from __future__ import annotations

from relayer.chain.answers import Block
from relayer.chain.errors import FeeCapError
from relayer.clock import Clock
from relayer.orders.amounts import in_words
from relayer.orders.deed import Outcome
from relayer.orders.ends import name_of
from relayer.orders.errors import OrderRefusedError
from relayer.send import Sender
from relayer.store import Store
from relayer.store.cancellations import CancelReason
from relayer.store.orders import Order, OrderState
from relayer.store.statuses import TransactionStatus
from relayer.store.transactions import Transaction
from relayer.watch.upkeep import Upkeep

_PENDING = (TransactionStatus.PREPARED, TransactionStatus.SENT)


class SpeedUp:
    """Makes one dearer attempt of a transaction.

    The order remembers the newest attempt from before it: a newer one means that it is done, be
    it by this worker, by one that was killed afterwards, or by the upkeep.

    Args:
        store: the database.
        sender: tells whose keys are at hand.
        upkeep: makes the attempt.
        clock: tells when.
    """

    sends = True

    def __init__(self, store: Store, sender: Sender, upkeep: Upkeep, clock: Clock) -> None:
        self._store = store
        self._sender = sender
        self._upkeep = upkeep
        self._clock = clock

    def act(self, order: Order, head: Block) -> None:
        """Raises the fees at once, unless that is done already."""
        transaction = _transaction(self._store, order)
        attempts = self._store.transactions.attempts(transaction.id)
        if order.state is OrderState.ASKED:
            self._check(transaction, has_attempts=bool(attempts))
            progress = {"after_attempt": attempts[-1].id}
            self._store.orders.begin(order.id, progress, self._clock.now())
            order = self._store.orders.get(order.id) or order
        if transaction.status not in _PENDING:
            return
        if attempts[-1].id > order.progress["after_attempt"]:
            return
        try:
            self._upkeep.raise_now(transaction, attempts, head)
        except FeeCapError as error:
            raise OrderRefusedError(str(error)) from error

    def outcome(self, order: Order) -> Outcome:
        """Done as soon as a newer attempt is stored, or a block holds an older one."""
        transaction = _transaction(self._store, order)
        attempts = self._store.transactions.attempts(transaction.id)
        before = [a for a in attempts if a.id <= order.progress["after_attempt"]]
        if len(attempts) > len(before):
            newest, previous = attempts[-1], before[-1]
            return Outcome(
                f"{name_of(transaction)} offers {in_words(newest.max_fee_per_gas_wei)} per gas now "
                f"instead of {in_words(previous.max_fee_per_gas_wei)}: attempt {len(attempts)}, "
                f"{newest.hash}",
                is_final=True,
            )
        if transaction.status not in _PENDING:
            return Outcome(f"{name_of(transaction)} was in a block before", is_final=True)
        return Outcome(f"waits for the signature of {transaction.signer}", is_final=False)

    def _check(self, transaction: Transaction, *, has_attempts: bool) -> None:
        _require_pending(transaction)
        if not has_attempts:
            raise OrderRefusedError(
                f"{name_of(transaction)} is not signed yet; the worker signs it by itself"
            )
        if not self._sender.can_sign(transaction.signer):
            raise OrderRefusedError(
                f"the key of {transaction.signer} is not among the signers; add its keystore"
            )


class Cancel:
    """Replaces a transaction by an empty self-send, and follows it until one of both is final.

    Args:
        store: the database; the upkeep finds the intent there.
        clock: tells when.
    """

    sends = True

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def act(self, order: Order, head: Block) -> None:
        """Stores the intent, if whoever gave the order has not done so."""
        if order.state is not OrderState.ASKED:
            return
        transaction = _transaction(self._store, order)
        with self._store.transaction():
            intended = self._store.cancellations.ask(
                transaction.id, CancelReason.OPERATOR, self._clock.now(), order.reason
            )
            if not intended:
                raise OrderRefusedError(
                    f"{name_of(transaction)} cannot be cancelled: a block holds it, or it is empty "
                    "already"
                )
            self._store.orders.begin(order.id, {}, self._clock.now())

    def outcome(self, order: Order) -> Outcome:
        """Done when the nonce is used up for good, by whichever of both."""
        transaction = _transaction(self._store, order)
        if transaction.status is TransactionStatus.CONFIRMED:
            return Outcome(f"{name_of(transaction)} was faster: it took effect", is_final=True)
        if transaction.status is not TransactionStatus.FAILED:
            return Outcome(f"waits until {name_of(transaction)} is final", is_final=False)
        if transaction.reason in tuple(CancelReason):
            return Outcome(
                f"{name_of(transaction)} was used up without effect; what it carried is back in "
                "the queue",
                is_final=True,
            )
        return Outcome(f"{name_of(transaction)} ended: {transaction.reason}", is_final=True)


def _transaction(store: Store, order: Order) -> Transaction:
    number = int(order.arguments["transaction"])
    transaction = store.transactions.get(number)
    if transaction is None:
        raise OrderRefusedError(
            f"there is no transaction {number}; `relayer signers list` shows their numbers"
        )
    return transaction


def _require_pending(transaction: Transaction) -> None:
    if transaction.status not in _PENDING:
        raise OrderRefusedError(
            f"{name_of(transaction)} is {transaction.status.value}: there is nothing to speed up"
        )
