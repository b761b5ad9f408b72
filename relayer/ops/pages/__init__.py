"""The pages of the dashboard, one module each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from relayer.ops.mount import OpsMount
from relayer.ops.pages.account import AccountPages
from relayer.ops.pages.actions import ActionPages
from relayer.ops.pages.alerts import AlertPages
from relayer.ops.pages.audit import AuditPages
from relayer.ops.pages.budget import BudgetPages
from relayer.ops.pages.contributions import ContributionPages
from relayer.ops.pages.door import DoorPages
from relayer.ops.pages.games import GamePages
from relayer.ops.pages.home import HomePages
from relayer.ops.pages.orders import OrderPages
from relayer.ops.pages.players import PlayerPages
from relayer.ops.pages.rewards import RewardPages
from relayer.ops.pages.runbooks import RunbookPages
from relayer.ops.pages.search import SearchPages
from relayer.ops.pages.signers import SignerPages
from relayer.ops.pages.trainers import TrainerPages
from relayer.ops.pages.transactions import TransactionPages
from relayer.ops.pages.users import UserPages
from relayer.ops.pages.webhooks import WebhookPages

#: In the order in which the menu lists them.
PAGES: Final[tuple[Callable[[OpsMount], Any], ...]] = (
    HomePages,
    ContributionPages,
    TransactionPages,
    RewardPages,
    BudgetPages,
    PlayerPages,
    GamePages,
    SignerPages,
    TrainerPages,
    WebhookPages,
    SearchPages,
    ActionPages,
    OrderPages,
    AlertPages,
    RunbookPages,
    AuditPages,
    UserPages,
    AccountPages,
    DoorPages,
)
