"""Ways from a page to actions: only to those that the visitor may use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from relayer.ops.actions.registry import ACTIONS
from relayer.ops.mount import OpsMount
from relayer.store.transactions import Transaction


@dataclass(frozen=True, slots=True)
class Offer:
    """A way to an action, with texts for its fields."""

    action: str
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What the button says."""
        return ACTIONS[self.action].title


def offers(mount: OpsMount, *wanted: Offer) -> Sequence[Offer]:
    """Return those of the wanted ways that lead somewhere for whoever looks at the page."""
    visitor = mount.visitor()
    return [offer for offer in wanted if visitor.may(ACTIONS[offer.action].role)]


def of_transaction(transaction: Transaction | None) -> Sequence[Offer]:
    """Return what can be done about a transaction that no block holds."""
    if transaction is None or transaction.status not in ("prepared", "sent"):
        return ()
    number = {"transaction": str(transaction.id)}
    return Offer("speed-up", number), Offer("cancel-transaction", number)
