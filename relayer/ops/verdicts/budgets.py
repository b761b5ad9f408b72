"""The budgets of a day: the sponsor's limit on chain, and the house's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from relayer.intake.fees import GWEI
from relayer.series.names import DAY_S
from relayer.settings import Settings
from relayer.store.allowances import LedgerRow
from relayer.store.chain_state import TankSnapshot


@dataclass(frozen=True, slots=True)
class Budget:
    """What may be spent today, and how much of it is."""

    words: str  #: whose it is
    limit_wei: int
    used_wei: int

    @property
    def left_wei(self) -> int:
        """What is left of it."""
        return max(0, self.limit_wei - self.used_wei)

    @property
    def left_percent(self) -> int:
        """The same as a share, rounded down."""
        return 100 * self.left_wei // max(1, self.limit_wei)


def read_budgets(
    tank: TankSnapshot | None, charged: LedgerRow, settings: Settings, now: float
) -> Sequence[Budget]:
    """Return the budgets that hold on the day of a moment, in UTC.

    Args:
        tank: the sponsor's; None: the worker has not read it yet.
        charged: what contributions cost the house.
        settings: with the house's own budget.
        now: unix seconds.
    """
    today = int(now) // DAY_S
    budgets: list[Budget] = []
    if tank is not None:
        spent_wei = tank.spent_today_wei if tank.day == today else 0
        budgets.append(Budget("the sponsor's daily limit", tank.daily_limit_wei, spent_wei))
    if settings.daily_budget_gwei:
        limit_wei = settings.daily_budget_gwei * GWEI
        budgets.append(Budget("daily_budget_gwei", limit_wei, charged.charged_on(today) * GWEI))
    return budgets
