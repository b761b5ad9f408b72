"""Ways from a page to actions: only to those that there are, and that the visitor may use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from relayer.ops.actions.registry import ACTIONS
from relayer.ops.mount import OpsMount


@dataclass(frozen=True, slots=True)
class Offer:
    """A way to an action, with texts for its fields."""

    action: str
    values: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What the button says."""
        return ACTIONS[self.action].title

    def fitting(self) -> Offer:
        """Return the same without texts for fields that the action does not have."""
        names = {each.name for each in ACTIONS[self.action].fields}
        return Offer(self.action, {k: text for k, text in self.values.items() if k in names})


def offers(mount: OpsMount, *wanted: Offer) -> Sequence[Offer]:
    """Return those of the wanted ways that lead somewhere for whoever looks at the page."""
    visitor = mount.visitor()
    known = [offer for offer in wanted if offer.action in ACTIONS]
    allowed = [offer for offer in known if visitor.may(ACTIONS[offer.action].role)]
    return [offer.fitting() for offer in allowed]
