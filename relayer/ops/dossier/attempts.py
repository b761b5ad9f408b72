"""The attempts of a transaction: each signed version, what was offered, and what replaced it."""

from __future__ import annotations

from dataclasses import dataclass

from relayer.store import Store
from relayer.store.transactions import Attempt, Transaction


@dataclass(frozen=True, slots=True)
class AttemptView:
    """One signed version."""

    hash: str
    nonce: int
    max_fee_per_gas_wei: int
    max_priority_fee_per_gas_wei: int
    signed_at: float
    broadcast_at: float | None
    result: str | None  #: what the node said
    is_empty: bool  #: a self-send that uses the nonce up without effect
    is_mined: bool
    replaced_by: str | None  #: hash of the next version


def attempts_of(store: Store, transaction: Transaction) -> list[AttemptView]:
    """Return the attempts of a transaction, oldest first."""
    attempts = store.transactions.attempts(transaction.id)
    followers = [*(each.hash for each in attempts[1:]), None]
    return [
        _view(each, transaction, follower)
        for each, follower in zip(attempts, followers, strict=bool(attempts))
    ]


def _view(attempt: Attempt, transaction: Transaction, follower: str | None) -> AttemptView:
    return AttemptView(
        hash=attempt.hash,
        nonce=transaction.nonce,
        max_fee_per_gas_wei=attempt.max_fee_per_gas_wei,
        max_priority_fee_per_gas_wei=attempt.max_priority_fee_per_gas_wei,
        signed_at=attempt.signed_at,
        broadcast_at=attempt.broadcast_at,
        result=attempt.result,
        is_empty=attempt.is_empty,
        is_mined=attempt.hash == transaction.mined_hash,
        replaced_by=follower,
    )
