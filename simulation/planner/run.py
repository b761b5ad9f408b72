"""One run of a plan: the house's money hour by hour, at prices and traffic of one seed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import accumulate

import numpy as np

from relayer.intake.fees import NEW_SLOT_UNITS
from simulation.house.fees import own_fee_wei
from simulation.planner.cohorts import STEP_S, Cohort, Part, draw_cohorts, parts_of, steps_of
from simulation.planner.dividends import Dividends
from simulation.planner.question import Question

_STEPS_PER_DAY = round(86_400 / STEP_S)


@dataclass
class Flows:
    """What moved in each hour, in wei.

    Attributes:
        gas: what the relayer paid for gas.
        credited: fees that came back to it.
        from_rewards: the part of these that rewards paid.
        outflow: stakes and reserves that left what is available.
        inflow: stakes that came back and reserves that were released.
        forfeited: stakes that players got instead.
    """

    gas: list[int]
    credited: list[int]
    from_rewards: list[int]
    outflow: list[int]
    inflow: list[int]
    forfeited: list[int]

    @classmethod
    def of(cls, steps: int) -> Flows:
        """Nothing yet."""
        return cls(*([0] * steps for _ in range(6)))

    def sponsor_wei(self) -> list[int]:
        """What the tank lacks after each hour, of what it began with."""
        moved = zip(self.outflow, self.inflow, self.credited, self.from_rewards, strict=True)
        # The tank pays what rewards do not; both are released reserves at first.
        return list(accumulate(out - back + fees - paid for out, back, fees, paid in moved))


@dataclass(frozen=True)
class Run:
    """What one run came to, in wei and contributions."""

    tank_wei: int
    day_outflow_wei: int
    relayer_float_wei: int
    gas_wei: int
    credited_wei: int
    from_rewards_wei: int
    forfeited_wei: int
    contributions: int
    settled: int
    batches: float
    waited_s: float
    reimbursed_s: float
    tank_line: tuple[int, ...] = field(default=(), repr=False)

    @property
    def cost_wei(self) -> int:
        """What the house is out of pocket: gas, and what players were paid."""
        return self.gas_wei + self.forfeited_wei - self.from_rewards_wei


def run(question: Question, seed: int) -> Run:
    """Play one month of a house.

    Args:
        question: what is asked.
        seed: what every draw comes from.
    """
    random = np.random.default_rng([seed, question.seed])
    steps = steps_of(question)
    base_fees_wei = question.market.draw_wei(steps, STEP_S, random)
    cohorts = list(draw_cohorts(question, base_fees_wei, random))
    book = _Book(question, base_fees_wei, Flows.of(steps), Dividends(question.players, random))
    due: defaultdict[int, list[Part]] = defaultdict(list)
    for cohort in cohorts:
        book.add(cohort)
        for part in parts_of(question, cohort):
            due[part.step].append(part)
    for step in range(steps):
        book.settle(step, due[step])
    return book.close(cohorts)


@dataclass
class _Book:
    question: Question
    base_fees_wei: list[int]
    flows: Flows
    dividends: Dividends
    settled: int = 0
    settled_players: int = 0
    waited_s: float = 0.0

    def add(self, cohort: Cohort) -> None:
        """Bring the contributions of an hour."""
        question, step = self.question, cohort.step
        self.flows.gas[step] += cohort.add_gas * (self.base_fees_wei[step] + question.tip_wei)
        self.flows.outflow[step] += (
            cohort.reserve_wei(question.sample_bytes) + cohort.count * question.staked_wei
        )

    def settle(self, step: int, parts: list[Part]) -> None:
        """Settle what is due in an hour."""
        for part in parts:
            self._settle(step, part)
        if parts and not self.question.is_gamified:
            self._pay_rewards(step, parts)

    def _settle(self, step: int, part: Part) -> None:
        question, cohort, flows = self.question, part.cohort, self.flows
        gas_price_wei = self.base_fees_wei[step] + question.tip_wei
        price_wei = cohort.terms.settle_price_wei(gas_price_wei, self.base_fees_wei[step])
        new_units = self._new_players(part) * NEW_SLOT_UNITS
        own_wei = part.count * own_fee_wei(cohort.terms, question.sample_bytes, price_wei)
        fees_wei = (
            own_wei
            + part.share_of(cohort.add_overhead_wei)
            + (part.settle_overhead_units + new_units) * price_wei
        )
        flows.gas[step] += (part.gas + new_units) * gas_price_wei
        flows.credited[step] += fees_wei
        flows.inflow[step] += part.share_of(cohort.reserve_wei(question.sample_bytes))
        stakes_wei = part.count * question.staked_wei
        if part.is_late:
            flows.forfeited[step] += stakes_wei
        else:
            flows.inflow[step] += stakes_wei
        self.settled += part.count
        self.waited_s += part.count * (step - cohort.step) * STEP_S

    def _new_players(self, part: Part) -> int:
        """Players who get their first word in the mechanism."""
        if self.question.is_gamified or part.is_late:
            return 0
        left = self.question.players - self.settled_players
        new = min(part.count, left * part.count // max(self.question.players, part.count))
        self.settled_players += new
        return new

    def _pay_rewards(self, step: int, parts: list[Part]) -> None:
        question = self.question
        fee_wei = own_fee_wei(
            parts[-1].cohort.terms,
            question.sample_bytes,
            question.rules.price_wei(self.base_fees_wei[step]),
        )
        refunded = sum(part.count for part in parts if not part.is_late)
        forfeited = sum(part.count for part in parts if part.is_late)
        paid_wei = self.dividends.settle(refunded, forfeited, fee_wei, question.staked_wei)
        self.flows.from_rewards[step] += min(paid_wei, self.flows.credited[step])

    def close(self, cohorts: list[Cohort]) -> Run:
        """Add everything up."""
        flows = self.flows
        tank = flows.sponsor_wei()
        days = [
            sum(flows.outflow[start : start + _STEPS_PER_DAY])
            for start in range(0, len(flows.outflow), _STEPS_PER_DAY)
        ]
        spent = accumulate(g - c for g, c in zip(flows.gas, flows.credited, strict=True))
        contributions = sum(cohort.count for cohort in cohorts)
        return Run(
            tank_wei=max(tank),
            day_outflow_wei=max(days),
            relayer_float_wei=max(max(spent), 0),
            gas_wei=sum(flows.gas),
            credited_wei=sum(flows.credited),
            from_rewards_wei=sum(flows.from_rewards),
            forfeited_wei=sum(flows.forfeited),
            contributions=contributions,
            settled=self.settled,
            batches=sum(cohort.count / cohort.profile.mean_size for cohort in cohorts),
            waited_s=sum(cohort.count * cohort.profile.mean_wait_s for cohort in cohorts),
            reimbursed_s=self.waited_s,
            tank_line=tuple(tank[:: _STEPS_PER_DAY // 4]),
        )
