"""What gas costs where a simulation takes place, and what its sponsor allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from relayer.deploy.schedule_plan import SchedulePlan
from simulation.errors import ParameterError
from simulation.house.base_fee import BaseFeeMarket, HourlyBaseFees
from simulation.house.gas import GasFigures
from simulation.house.house import HouseRules

_GWEI: Final = 10**9
#: The sponsor allows so many times the usual price.
_USUAL_CAP: Final = 4
#: More than a unit of gas has ever cost: what is above it is a slip.
_MOST_WEI: Final = 10**6 * _GWEI


@dataclass(frozen=True)
class HousePrices:
    """Prices of gas; by default those of a cheap rollup.

    Attributes:
        base_fee_wei: mean base fee.
        tip_wei: what the relayer tips, and the sponsor allows.
        block_s: seconds between two blocks.

    Raises:
        ParameterError: no chain has such prices.
    """

    base_fee_wei: int = _GWEI // 100
    tip_wei: int = 0
    block_s: float = 2.0

    def __post_init__(self) -> None:
        if not 1 <= self.base_fee_wei <= _MOST_WEI or not 0 <= self.tip_wei <= _MOST_WEI:
            raise ParameterError(
                "A base fee is at least 1 wei, a tip at least 0, both at most a million gwei: "
                "correct the price."
            )
        if not 0 < self.block_s <= 3_600:
            raise ParameterError(
                f"There is a block every hour at least, and not every {self.block_s} s: "
                "correct the time between blocks."
            )

    def rules(self, schedule: SchedulePlan, gas: GasFigures) -> HouseRules:
        """The rules of a house at these prices."""
        return HouseRules(
            schedule=schedule,
            gas=gas,
            price_cap_wei=_USUAL_CAP * (self.base_fee_wei + self.tip_wei),
            tip_cap_wei=self.tip_wei,
            tip_wei=self.tip_wei,
        )

    def base_fees(self, until_s: float, seed: int) -> HourlyBaseFees:
        """The base fee of each hour."""
        market = BaseFeeMarket(mean_wei=self.base_fee_wei, block_s=self.block_s)
        return HourlyBaseFees(market, until_s, seed)
