"""Actions about single transactions: pay more, use the nonce up, close a gap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from relayer.chain.errors import FeeCapError
from relayer.chain.fees import MINIMUM_BUMP_PERCENT, FeePolicy, Fees
from relayer.ops.actions.fields import Field, account, text, whole_number
from relayer.ops.actions.framework import Action, Undertaking
from relayer.ops.actions.ordering import order, told
from relayer.ops.verdicts.verdict import in_words as time_in_words
from relayer.orders.amounts import in_words
from relayer.orders.ends import name_of
from relayer.refusals.operators import ActionRefused
from relayer.store.cancellations import CancelReason
from relayer.store.ops_users import Role
from relayer.store.orders import OrderKind
from relayer.store.statuses import TransactionKind, TransactionStatus
from relayer.store.transactions import Attempt, Transaction

_PENDING: Final = (TransactionStatus.PREPARED, TransactionStatus.SENT)
_FIELDS: Final = (
    Field(
        "transaction",
        "Transaction",
        text,
        "its number or the hash of one of its attempts; or signer and nonce below",
        required=False,
    ),
    Field("signer", "Signer", account, "address of the account", required=False),
    Field("nonce", "Nonce", whole_number, required=False),
)


def _find(undertaking: Undertaking) -> Transaction:
    """The transaction that is meant, as long as no block holds it."""
    store, given = undertaking.store, undertaking.arguments
    if given["transaction"] is not None:
        number = store.cancellations.find(given["transaction"])
        transaction = None if number is None else store.transactions.get(number)
    elif given["signer"] is not None and given["nonce"] is not None:
        transaction = store.transactions.of_nonce(given["signer"], given["nonce"])
    else:
        raise ActionRefused("Name the transaction, or its signer and nonce.")
    if transaction is None:
        raise ActionRefused(
            "There is no such transaction; `relayer signers list` shows those that are under way."
        )
    if transaction.status not in _PENDING:
        raise ActionRefused(f"{_named(transaction)} is {transaction.status}: a block holds it.")
    return transaction


def number_in(sentence: str) -> int:
    """The number of the transaction that an answer of this module begins with."""
    return int(sentence.split()[1])


def _named(transaction: Transaction) -> str:
    name = name_of(transaction)
    return name[0].upper() + name[1:]


def _signed(undertaking: Undertaking, transaction: Transaction) -> list[Attempt]:
    attempts = undertaking.store.transactions.attempts(transaction.id)
    if not attempts:
        raise ActionRefused(f"{_named(transaction)} is not signed yet; the worker does that.")
    return attempts


def _raised(undertaking: Undertaking, attempts: Sequence[Attempt]) -> Fees:
    """What a replacement would offer now, as far as the store tells."""
    settings, head = undertaking.settings, undertaking.store.chain_state.view().head
    policy = FeePolicy(
        settings.max_fee_per_gas_cap_wei, settings.priority_fee_wei, settings.bump_percent
    )
    newest = attempts[-1]
    previous = Fees(newest.max_fee_per_gas_wei, newest.max_priority_fee_per_gas_wei)
    base_fee_wei = 0 if head is None else head.base_fee_wei
    try:
        return policy.bump(previous, base_fee_wei, attempts=len(attempts))
    except FeeCapError as error:
        raise ActionRefused(str(error)) from error


def _describe_speeding_up(undertaking: Undertaking) -> Sequence[str]:
    transaction = _find(undertaking)
    attempts = _signed(undertaking, transaction)
    fees, newest = _raised(undertaking, attempts), attempts[-1]
    most_wei = transaction.gas_limit * fees.max_fee_per_gas_wei + transaction.value_wei
    waits_s = max(0.0, undertaking.now - transaction.created_at)
    return [
        f"{_named(transaction)} is of the kind {transaction.kind} and has waited "
        f"{time_in_words(waits_s)}. Attempt {len(attempts)} offers "
        f"{in_words(newest.max_fee_per_gas_wei)} per gas, "
        f"{in_words(newest.max_priority_fee_per_gas_wei)} of it as tip.",
        f"The next one would offer {in_words(fees.max_fee_per_gas_wei)} per gas, "
        f"{in_words(fees.max_priority_fee_per_gas_wei)} of it as tip; nodes refuse less than "
        f"{MINIMUM_BUMP_PERCENT} % more, and the worker may follow what others tip.",
        f"It may take {in_words(most_wei)} at most. The older attempts stay good: whichever a "
        "block takes first counts, and never two of them.",
    ]


def _speed_up(undertaking: Undertaking) -> str:
    transaction = _find(undertaking)
    _raised(undertaking, _signed(undertaking, transaction))
    placed = order(undertaking, OrderKind.SPEED_UP, transaction=transaction.id)
    return told(f"{name_of(transaction)} is to be sped up", placed)


def _cancellable(undertaking: Undertaking) -> Transaction:
    transaction = _find(undertaking)
    if transaction.kind is TransactionKind.FILL:
        raise ActionRefused(f"{_named(transaction)} closes a gap: it is empty already.")
    return transaction


def _describe_cancelling(undertaking: Undertaking) -> Sequence[str]:
    transaction = _cancellable(undertaking)
    store = undertaking.store
    sentences = [
        f"{_named(transaction)}, a {transaction.kind}, is replaced by an empty self-send, which "
        "uses its nonce up.",
        "An attempt that is out already may still be the one that a block takes; the receipt "
        "decides, and the order tells which it was.",
    ]
    batch_id = store.outcomes.batch_of(transaction.id)
    if batch_id is not None:
        count = len(store.contributions.of_batch(batch_id))
        sentences.append(f"The {count} contributions of batch {batch_id} go back to the queue.")
    if store.cancellations.of(transaction.id) is not None:
        sentences.append("That has been asked for before.")
    return sentences


def _cancel(undertaking: Undertaking) -> str:
    transaction = _cancellable(undertaking)
    undertaking.store.cancellations.ask(
        transaction.id, CancelReason.OPERATOR, undertaking.now, undertaking.reason
    )
    placed = order(undertaking, OrderKind.CANCEL, transaction=transaction.id)
    return told(f"{name_of(transaction)} will be replaced by an empty one", placed)


def _describe_closing(undertaking: Undertaking) -> Sequence[str]:
    store, signer = undertaking.store, undertaking.arguments["signer"]
    known = store.signers.addresses()
    if signer is not None and signer not in known:
        raise ActionRefused(f"{signer} is not one of the signers.")
    sentences = []
    for address in known if signer is None else [signer]:
        gaps = store.lanes.unowned_nonces(address, _first_open_nonce(undertaking, address))
        listed = ", ".join(map(str, gaps))
        sentences.append(
            f"{address}: an empty self-send each for the nonces {listed}."
            if gaps
            else f"{address}: the store knows of no gap; the worker compares with the chain."
        )
    return sentences


def _first_open_nonce(undertaking: Undertaking, address: str) -> int:
    """The lowest nonce that is not used up for all that the store knows."""
    unfinished = undertaking.store.transactions.unfinished(address)
    return unfinished[0].nonce if unfinished else undertaking.store.lanes.highest_used(address) + 1


def _close(undertaking: Undertaking) -> str:
    _describe_closing(undertaking)
    placed = order(undertaking, OrderKind.CLOSE_GAP, signer=undertaking.arguments["signer"])
    return told("gaps of nonces are to be closed", placed)


ACTIONS: Final = (
    Action(
        name="speed-up",
        title="Speed a transaction up",
        role=Role.OPERATOR,
        fields=_FIELDS,
        dry_run=_describe_speeding_up,
        perform=_speed_up,
        sample={"transaction": "1"},
    ),
    Action(
        name="cancel-transaction",
        title="Cancel a transaction",
        role=Role.OPERATOR,
        fields=_FIELDS,
        dry_run=_describe_cancelling,
        perform=_cancel,
        sample={"transaction": "1"},
    ),
    Action(
        name="close-gap",
        title="Close gaps of nonces",
        role=Role.OPERATOR,
        fields=(Field("signer", "Signer", account, "empty: all of them", required=False),),
        dry_run=_describe_closing,
        perform=_close,
    ),
)
