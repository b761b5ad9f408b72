"""All actions, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from relayer.ops.actions import access, switches
from relayer.ops.actions.framework import Action

#: A family each, in the order in which pages list them.
_FAMILIES: Final = (
    switches.ACTIONS,
    access.ACTIONS,
)

#: Every action by its name.
ACTIONS: Final[Mapping[str, Action]] = MappingProxyType(
    {action.name: action for family in _FAMILIES for action in family}
)
