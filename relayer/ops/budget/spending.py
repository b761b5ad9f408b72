"""What days of play cost the house, and what came back, from the series of hours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from relayer.series.names import DAY_S, HOUR_S, Series
from relayer.store import Store

#: Whole days back from midnight, UTC; 0: today so far.
_SPELLS: Final = (("Today so far", 0), ("Yesterday", 1), ("Last 7 days", 7), ("Last 30 days", 30))
_MOST_DAYS: Final = max(days for _, days in _SPELLS)

#: Sums by the beginning of the day and the label.
_Days = Mapping[tuple[int, str], int]


@dataclass(frozen=True, slots=True)
class Spending:
    """What happened to the house's money in some days.

    What comes back on a day was spent on an earlier one, when the contributions were added.
    """

    words: str
    contributions: int  #: that took effect
    gas_wei: int
    from_rewards_wei: int  #: fees that forfeited stakes paid
    from_tank_wei: int  #: fees that the sponsor paid
    from_withdrawals_wei: int  #: fees of relayed withdrawals
    forfeited_wei: int  #: stakes that the sponsor lost

    @property
    def came_back_wei(self) -> int:
        """Fees that the relayer was credited."""
        return self.from_rewards_wei + self.from_tank_wei + self.from_withdrawals_wei

    @property
    def cost_wei(self) -> int:
        """Out of the house's pocket: gas, and what of forfeited stakes is left to players."""
        return self.gas_wei + self.forfeited_wei - self.from_rewards_wei

    @property
    def reimbursed_percent(self) -> int | None:
        """What came back, of the gas, rounded down; None: no gas was paid."""
        return 100 * self.came_back_wei // self.gas_wei if self.gas_wei else None

    @property
    def cost_of_one_wei(self) -> int | None:
        """What a contribution cost, rounded down; None: there was none."""
        return self.cost_wei // self.contributions if self.contributions else None


def read_spending(store: Store, now: float) -> Sequence[Spending]:
    """Return today, yesterday and longer times of whole days; days are those of UTC."""
    midnight = int(now) // DAY_S * DAY_S
    since = midnight - _MOST_DAYS * DAY_S
    gas, earned, stakes, confirmed = (
        _by_day(store, name, since, now)
        for name in (Series.GAS_WEI, Series.EARNED_WEI, Series.STAKE_WEI, Series.CONFIRMED)
    )
    found: list[Spending] = []
    for words, days in _SPELLS:
        first, last = (midnight - days * DAY_S, midnight - DAY_S) if days else (midnight, midnight)
        fees = _between(earned, first, last)
        found.append(
            Spending(
                words,
                contributions=_between(confirmed, first, last).total(),
                gas_wei=_between(gas, first, last).total(),
                from_rewards_wei=fees["rewards"],
                from_tank_wei=fees["tank"],
                from_withdrawals_wei=fees["withdrawals"],
                forfeited_wei=_between(stakes, first, last)["forfeited"],
            )
        )
    return found


def _by_day(store: Store, name: Series, since: float, now: float) -> _Days:
    points = store.series.points(name, HOUR_S, since, now + 1, DAY_S)
    return {(point.at, point.label): point.value for point in points}


def _between(days: _Days, first: int, last: int) -> Counter[str]:
    """Sums by label of the days that begin between two moments."""
    found: Counter[str] = Counter()
    for (at, label), value in days.items():
        if first <= at <= last:
            found[label] += value
    return found
