"""A plan in closed formulas, in milliseconds: means, and what chance may add to them.

- Batches: the profile of four times of the day, see `simulation.planner.batch_profile`.
- Prices: the mean of a log-normal base fee, and its mean below the price cap.
- Rewards: between two settlements of a player the forfeits of all others come to an exponential
  time's worth, whatever its tempo, so that a reward has mean r = stake * late share and pays
  r (1 - exp(-fee / r)) of a fee on average.
- Waits: what is open is what came within the wait (Little 1961), at the busiest time of the day.
- Worst cases: see `simulation.planner.chance`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from relayer.intake.fees import NEW_SLOT_UNITS
from simulation.house.fees import Terms, own_fee_wei, own_reserve_wei
from simulation.planner.batch_profile import BatchProfile, profile_at
from simulation.planner.chance import (
    Spread,
    capped_mean_wei,
    dearest_day,
    worst_of_a_day,
    worst_of_fees,
    worst_of_gas,
    worst_of_traffic,
)
from simulation.planner.cohorts import DAY_SWING, open_batch_s
from simulation.planner.question import Question

_DAY_S: Final = 86_400
_TIMES_OF_DAY: Final = 4


@dataclass(frozen=True)
class Estimate:
    """What a house costs by formulas; see `simulation.planner.plan.Plan` for the words."""

    contributions_per_day: float
    batch_size: float
    waited_s: float
    tank: Spread
    day_outflow: Spread
    daily_gas: Spread
    daily_fees_wei: int
    daily_from_rewards_wei: int
    daily_to_players_wei: int
    reimbursed_after_s: float

    @property
    def tank_wei(self) -> int:
        """What the tank must hold to last without a top-up, on average."""
        return self.tank.mean_wei

    @property
    def daily_gas_wei(self) -> int:
        """Gas of a day, on average."""
        return self.daily_gas.mean_wei

    @property
    def daily_cost(self) -> Spread:
        """Out of pocket: gas, and what players keep."""
        gas, kept_wei = self.daily_gas, self.daily_to_players_wei
        return Spread(gas.mean_wei + kept_wei, gas.worst_wei + kept_wei)

    @property
    def daily_cost_wei(self) -> int:
        """The same on average."""
        return self.daily_cost.mean_wei

    @property
    def share_from_rewards(self) -> float:
        """Share of the fees that rewards pay."""
        return _share(self.daily_from_rewards_wei, self.daily_fees_wei)

    @property
    def share_reimbursed(self) -> float:
        """Share of its gas that the relayer gets back."""
        return _share(self.daily_fees_wei, self.daily_gas_wei)

    @property
    def cost_per_contribution_wei(self) -> int:
        """What a contribution costs the house."""
        return round(self.daily_cost_wei / self.contributions_per_day)

    def to_json(self) -> dict[str, Any]:
        """The estimate for programs; amounts in wei are integers."""
        return {
            "contributions_per_day": self.contributions_per_day,
            "batch_size": round(self.batch_size, 2),
            "waited_s": round(self.waited_s, 2),
            "tank_wei": self.tank_wei,
            "daily_fees_wei": self.daily_fees_wei,
            "daily_from_rewards_wei": self.daily_from_rewards_wei,
            "daily_to_players_wei": self.daily_to_players_wei,
            "cost_per_contribution_wei": self.cost_per_contribution_wei,
            "share_from_rewards": round(self.share_from_rewards, 4),
            "share_reimbursed": round(self.share_reimbursed, 4),
            "days_until_reimbursement": round(self.reimbursed_after_s / _DAY_S, 4),
        }


def quick(question: Question) -> Estimate:
    """Answer by formulas alone.

    Args:
        question: what is asked; `seeds` and `seed` play no part.
    """
    return _Formulas(question).estimate()


class _Formulas:
    def __init__(self, question: Question) -> None:
        self._question = question
        self._per_second = question.contributions_per_day / _DAY_S
        self._profiles = _profiles(question, self._per_second)
        gas_price_wei = question.base_fee_wei + question.tip_wei
        self._price_wei = gas_price_wei
        self._paid_wei = capped_mean_wei(question)
        self._terms = Terms(question.schedule, self._paid_wei, question.cap_wei, question.tip_wei)

    def estimate(self) -> Estimate:
        question, daily = self._question, self._question.contributions_per_day
        add_gas, settle_gas = self._gas_units()
        add_overhead, settle_overhead = self._overhead_units()
        own_wei = own_fee_wei(self._terms, question.sample_bytes, self._paid_wei)
        settled = self._settled_share()
        gas_wei = round(daily * self._price_wei * (add_gas + settle_gas * settled))
        overhead_wei = (add_overhead + settle_overhead) * self._paid_wei
        fees_wei = round(daily * settled * (own_wei + overhead_wei))
        forfeited_wei, from_rewards_wei = self._rewards_wei(own_wei)
        held_wei, priced = self._held(add_overhead)
        dear, dearest = dearest_day(question, priced)
        return Estimate(
            contributions_per_day=daily,
            batch_size=1 / self._mean(lambda profile: 1 / profile.mean_size),
            waited_s=self._mean(lambda profile: profile.mean_wait_s),
            tank=self._tank(held_wei, fees_wei - from_rewards_wei, forfeited_wei),
            day_outflow=Spread(round(daily * held_wei * dear), round(daily * held_wei * dearest)),
            daily_gas=Spread(gas_wei, round(gas_wei * worst_of_gas(question))),
            daily_fees_wei=fees_wei,
            daily_from_rewards_wei=from_rewards_wei,
            daily_to_players_wei=forfeited_wei - from_rewards_wei,
            reimbursed_after_s=self._early_s() * (1 - question.late_share)
            + question.late_share * question.late_wait_s,
        )

    def _held(self, add_overhead: float) -> tuple[int, float]:
        """What a contribution has set aside, and the share of it that hangs on the gas price."""
        question, terms = self._question, self._terms
        at_cap_wei = own_reserve_wei(replace(terms, add_price_wei=0), 1, question.sample_bytes)
        own_wei = own_reserve_wei(terms, 1, question.sample_bytes)
        held_wei = own_wei + round(add_overhead * self._paid_wei) + question.staked_wei
        return held_wei, 1 - (at_cap_wei + question.staked_wei) / held_wei

    def _tank(self, held_wei: int, fees_wei: int, forfeited_wei: int) -> Spread:
        """What is set aside at the busiest time, and what the sponsor pays for good."""
        question = self._question
        open_wei, days = round(held_wei * self._open()), question.days
        busy = worst_of_a_day()
        worst_wei = (
            open_wei * busy
            + days * fees_wei * worst_of_fees(question)
            + days * forfeited_wei * worst_of_traffic(question)
        )
        return Spread(open_wei + days * (fees_wei + forfeited_wei), round(worst_wei))

    def _gas_units(self) -> tuple[float, float]:
        """Gas of adding and settling one contribution."""
        add = self._mean(lambda profile: profile.add_gas / profile.contributions)
        settle = self._mean(
            lambda profile: (profile.early.gas + profile.late.gas) / profile.contributions
        )
        new_add, new_settle = self._new_slots()
        return add + new_add * NEW_SLOT_UNITS, settle + new_settle * NEW_SLOT_UNITS

    def _overhead_units(self) -> tuple[float, float]:
        """What is paid for the overhead of adding and settling one contribution."""
        add = self._mean(lambda profile: profile.add_overhead_units / profile.contributions)
        settle = self._mean(lambda profile: profile.settle_overhead_units / profile.contributions)
        new_add, new_settle = self._new_slots()
        return add + new_add * NEW_SLOT_UNITS, settle + new_settle * NEW_SLOT_UNITS

    def _new_slots(self) -> tuple[float, float]:
        """Words of storage that one contribution makes anew, over the whole plan."""
        question = self._question
        total = question.contributions_per_day * question.days
        words = question.known_words * -(-question.labels // 32)
        players = question.players * -math.expm1(-total / question.players)
        features = words * -math.expm1(-total * (question.sample_bytes // 2) / words)
        open_batches = self._mean(
            lambda profile: self._per_second / profile.mean_size * open_batch_s(question, profile)
        )
        per_player = 2 if question.is_gamified else 1
        settling = 0.0 if question.is_gamified else players / total
        return (per_player * players + features + 2 * open_batches) / total, settling

    def _settled_share(self) -> float:
        """Share of what is added within the plan that is settled within it."""
        question, plan_s = self._question, self._question.days * _DAY_S
        early = max(0.0, 1 - self._early_s() / plan_s)
        late = max(0.0, 1 - question.late_wait_s / plan_s)
        return (1 - question.late_share) * early + question.late_share * late

    def _rewards_wei(self, own_wei: int) -> tuple[int, int]:
        """What is forfeited on a day, and what of it pays fees."""
        question, daily = self._question, self._question.contributions_per_day
        reward_wei = question.staked_wei * question.late_share
        if reward_wei == 0:
            return 0, 0
        active = max(0.0, 1 - question.late_wait_s / (question.days * _DAY_S))
        paid_wei = reward_wei * -math.expm1(-own_wei / reward_wei)
        return round(daily * active * reward_wei), round(daily * active * paid_wei)

    def _open(self) -> float:
        """Contributions that are open at the busiest time, stakes and reserves put down."""
        question = self._question
        early = _came_within(self._per_second, self._early_s())
        late = _came_within(self._per_second, question.late_wait_s)
        return (1 - question.late_share) * early + question.late_share * late

    def _early_s(self) -> float:
        wait_s = 0 if self._question.is_gamified else self._question.refund_wait_s
        return wait_s + self._mean(lambda profile: profile.early.mean_delay_s)

    def _mean(self, of: Callable[[BatchProfile], float]) -> float:
        """The mean over contributions: busy times count for more."""
        return sum(weight * of(profile) for weight, profile in self._profiles)


def _profiles(question: Question, per_second: float) -> list[tuple[float, BatchProfile]]:
    """Profiles of times of the day, with the share of the contributions that comes then."""
    profiles = []
    for time in range(_TIMES_OF_DAY):
        swing = 1 - DAY_SWING * math.cos(math.pi * (2 * time + 1) / (2 * _TIMES_OF_DAY))
        profiles.append((swing / _TIMES_OF_DAY, profile_at(question, per_second * swing)))
    return profiles


def _came_within(per_second: float, wait_s: float) -> float:
    """Contributions of a window around the busiest time of the day."""
    angle = math.pi * wait_s / _DAY_S
    swing = DAY_SWING * math.sin(angle) / angle if angle else DAY_SWING
    return per_second * wait_s * (1 + abs(swing))


def _share(part_wei: int, whole_wei: int) -> float:
    return part_wei / whole_wei if whole_wei else 0.0
