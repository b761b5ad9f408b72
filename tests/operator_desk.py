"""An operator at the desk of actions: what would happen, and having it done."""

from __future__ import annotations

from typing import Any

from relayer.ops.access.visitors import Visitor
from relayer.ops.actions.desk import ActionDesk, Performed
from relayer.ops.actions.registry import ACTIONS
from relayer.settings import Settings
from relayer.store.audit import Via
from relayer.store.ops_users import Role
from tests.house import House


class OperatorDesk:
    """Asks for actions as one admin who has just given the password.

    Args:
        house: the service.
        overrides: settings that the desk has in place of the house's.
    """

    def __init__(self, house: House, **overrides: Any) -> None:
        settings = Settings(**{**vars(house.settings), **overrides})
        self._desk = ActionDesk(house.store, settings, house.clock)
        self._visitor = Visitor("olga", Role.ADMIN, Via.PAGE, is_confirmed=True)
        self._keys = 0

    def preview(self, name: str, **given: str) -> str:
        """What would happen, as one text."""
        return " ".join(self._desk.preview(ACTIONS[name], given, self._visitor))

    def perform(self, name: str, under: str = "", **given: str) -> Performed:
        """Have it done, under a new key unless one is named."""
        self._keys += 1
        key = under or f"key-{self._keys}"
        return self._desk.perform(ACTIONS[name], given, self._visitor, "because", key)

    def done(self, name: str, **given: str) -> str:
        """Have it done, and return what is answered."""
        return self.perform(name, **given).answer.sentence
