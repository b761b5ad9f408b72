"""A sponsor's tank: the twin of the books in `Tanks.sol`."""

from __future__ import annotations

from dataclasses import dataclass

_DAY_S = 86_400


class OverBudgetError(Exception):
    """A batch needs more than is available within the day's limit."""


@dataclass
class Tank:
    """Money of a sponsor, in wei.

    Attributes:
        available_wei: free to pay stakes and to be set aside for fees.
        reserved_wei: set aside for the fees of open contributions.
        daily_limit_wei: most that may flow out on one UTC day.
        spent_today_wei: what flowed out on `day`.
        day: UTC day (unix time / 86400) that this belongs to.
    """

    available_wei: int
    daily_limit_wei: int
    reserved_wei: int = 0
    spent_today_wei: int = 0
    day: int = 0

    def budget_wei(self, now: float) -> int:
        """What may still flow out at this time (unix seconds)."""
        spent_wei = self.spent_today_wei if self.day == _day_of(now) else 0
        return min(self.available_wei, max(0, self.daily_limit_wei - spent_wei))

    def book_batch(self, now: float, *, stakes_wei: int, reserve_wei: int) -> None:
        """Pay the stakes of a batch and set its fees aside.

        Raises:
            OverBudgetError: it does not fit into the budget; nothing was booked.
        """
        outflow_wei = stakes_wei + reserve_wei
        budget_wei = self.budget_wei(now)
        if outflow_wei > budget_wei:
            raise OverBudgetError(
                f"A batch needs {outflow_wei} wei, the tank has {budget_wei} left today."
            )
        if self.day != _day_of(now):
            self.day, self.spent_today_wei = _day_of(now), 0
        self.spent_today_wei += outflow_wei
        self.available_wei -= outflow_wei
        self.reserved_wei += reserve_wei

    def book_settlement(self, *, reserve_wei: int, charged_wei: int, refund_wei: int) -> None:
        """Release a reserve, spend a part of it, and take stakes back."""
        self.reserved_wei -= reserve_wei
        self.available_wei += reserve_wei - charged_wei + refund_wei


def _day_of(now: float) -> int:
    return int(now) // _DAY_S
