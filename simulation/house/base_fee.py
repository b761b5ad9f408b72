"""How the base fee moves: the rule of EIP-1559, and a process for weeks of it.

Block by block the protocol sets the base fee from how full the block before was
(`next_base_fee_wei`). Over hours and days demand decides: the planner draws the logarithm of the
base fee from a process that returns to its mean (Ornstein and Uhlenbeck 1930, in exact steps), with
an optional swing by the time of day. No step moves further than full or empty blocks could have
moved it. The mean over time of what is drawn is the mean that was asked for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

#: By EIP-1559 a block moves the base fee by an eighth at most.
MAX_CHANGE_DENOMINATOR = 8
#: Blocks aim at half of their limit.
ELASTICITY = 2

_DAY_S = 86_400
_HOUR_S = 3_600


def next_base_fee_wei(base_fee_wei: int, gas_used: int, gas_limit: int) -> int:
    """The base fee after a block, exactly as EIP-1559 has it."""
    target = gas_limit // ELASTICITY
    if gas_used == target:
        return base_fee_wei
    step = base_fee_wei * abs(gas_used - target) // target // MAX_CHANGE_DENOMINATOR
    if gas_used > target:
        return base_fee_wei + max(step, 1)
    return base_fee_wei - step


@dataclass(frozen=True)
class BaseFeeMarket:
    """A chain's fee market in the long run.

    Attributes:
        mean_wei: mean of the base fee, in wei per gas.
        volatility: standard deviation of its logarithm; 0: it stands still.
        half_life_s: time in which half of a deviation is gone.
        day_swing: share of the mean by which noon and midnight (UTC) differ from it, below 1.
        block_s: seconds between two blocks.
    """

    mean_wei: int
    volatility: float = 0.6
    half_life_s: float = 6 * 3_600.0
    day_swing: float = 0.25
    block_s: float = 12.0

    def draw_wei(self, steps: int, step_s: float, random: np.random.Generator) -> list[int]:
        """Base fees at the beginning of each of some steps, at least one wei.

        Args:
            steps: how many.
            step_s: seconds between two of them.
            random: decides.
        """
        keep = math.exp(-math.log(2) * step_s / self.half_life_s)
        kicks = random.standard_normal(steps) * self.volatility * math.sqrt(1 - keep * keep)
        bound = step_s / self.block_s * math.log(1 + 1 / MAX_CHANGE_DENOMINATOR)
        level = random.standard_normal() * self.volatility
        levels = np.empty(steps)
        for step in range(steps):
            levels[step] = level
            moved = keep * level + kicks[step]
            level += min(max(moved - level, -bound), bound)
        return self._in_wei(levels, step_s)

    def _in_wei(self, levels: npt.NDArray[np.float64], step_s: float) -> list[int]:
        times = np.arange(len(levels)) * step_s
        daily = 1 - self.day_swing * np.cos(2 * np.pi * times / _DAY_S)
        # The mean of a log-normal is above its median by half of its variance.
        shares = np.exp(levels - self.volatility**2 / 2) * daily
        return [max(1, self.mean_wei * round(share * 10**9) // 10**9) for share in shares.tolist()]


class HourlyBaseFees:
    """The base fee of each hour of a simulation; it stays as it was last beyond the end.

    Args:
        market: how it moves.
        until_s: when the simulation ends, in seconds from its start.
        seed: what it is drawn from.
    """

    def __init__(self, market: BaseFeeMarket, until_s: float, seed: int) -> None:
        hours = int(until_s / _HOUR_S) + 1
        self._fees_wei = market.draw_wei(hours, _HOUR_S, np.random.default_rng(seed))

    def at(self, at: float) -> int:
        """The base fee at a time, in seconds from the start."""
        return self._fees_wei[min(int(at // _HOUR_S), len(self._fees_wei) - 1)]
