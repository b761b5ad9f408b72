"""All actions, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from relayer.ops.actions import (
    access,
    alerts,
    contributions,
    draining,
    keys,
    limits,
    money,
    seeing,
    signers,
    switches,
    transactions,
    webhooks,
)
from relayer.ops.actions.framework import Action

#: A family each, in the order in which pages list them.
_FAMILIES: Final = (
    switches.ACTIONS,
    seeing.ACTIONS,
    draining.ACTIONS,
    transactions.ACTIONS,
    contributions.ACTIONS,
    money.ACTIONS,
    signers.ACTIONS,
    limits.ACTIONS,
    keys.ACTIONS,
    webhooks.ACTIONS,
    alerts.ACTIONS,
    access.ACTIONS,
)

#: Every action by its name.
ACTIONS: Final[Mapping[str, Action]] = MappingProxyType(
    {action.name: action for family in _FAMILIES for action in family}
)
