"""What the foreman expects of whoever carries out one kind of order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from relayer.chain.answers import Block
from relayer.store.orders import Order


@dataclass(frozen=True, slots=True)
class Outcome:
    """How far an order that was begun has come."""

    words: str  #: what came of it, or what it waits for
    is_final: bool


class Deed(Protocol):
    """Carries out one kind of order; both methods may be called any number of times."""

    #: Whether it signs anything: not while sending is paused.
    sends: bool

    def act(self, order: Order, head: Block) -> None:
        """Begins an order, or goes on with it, as far as that is possible now.

        Raises:
            OrderRefusedError: it cannot be carried out.
            FeeCapError: the chain is too dear at the moment; it waits.
            NodeError: the node does not answer; nothing was decided.
        """
        ...

    def outcome(self, order: Order) -> Outcome:
        """What has come of an order that was begun, by the store alone."""
        ...
