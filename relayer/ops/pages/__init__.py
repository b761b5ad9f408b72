"""The pages of the dashboard, one module each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from relayer.ops.mount import OpsMount
from relayer.ops.pages.account import AccountPages
from relayer.ops.pages.actions import ActionPages
from relayer.ops.pages.audit import AuditPages
from relayer.ops.pages.door import DoorPages
from relayer.ops.pages.home import HomePages
from relayer.ops.pages.users import UserPages

#: In the order in which the menu lists them.
PAGES: Final[tuple[Callable[[OpsMount], Any], ...]] = (
    HomePages,
    ActionPages,
    AuditPages,
    UserPages,
    AccountPages,
    DoorPages,
)
