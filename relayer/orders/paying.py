"""What the orders that move the house's own money have in common.

No address comes from whoever gives an order: money goes to a signer, to the sponsor's tank, or to
the treasury's address in the settings.
"""

from __future__ import annotations

from dataclasses import dataclass

from relayer.chain.answers import Block
from relayer.chain.errors import FeeCapError
from relayer.send.purses import RefillPolicy
from relayer.send.sender import Sender
from relayer.store import Store


@dataclass(frozen=True, slots=True)
class MoneyRules:
    """Where the house's money may go by an order.

    Attributes:
        marks: a signer is topped up to the high one.
        tank_most_wei: most that one order brings into the sponsor's tank; 0: nothing.
        treasury_address: where credits go; None: nowhere.
    """

    marks: RefillPolicy
    tank_most_wei: int
    treasury_address: str | None


@dataclass(frozen=True, slots=True)
class Payment:
    """A transaction that has no signer yet."""

    to: str
    data: bytes
    gas: int
    value_wei: int = 0


def send_taken(store: Store, sender: Sender, transaction_id: int, head: Block) -> None:
    """Signs a stored transaction and hands it over; what is in the way the upkeep overcomes."""
    transaction = store.transactions.get(transaction_id)
    if transaction is None:
        return
    try:
        sender.send(transaction, head.base_fee_wei)
    except FeeCapError:
        return
