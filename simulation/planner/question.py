"""What a studio asks the planner: its game, its rules, its chain, its prices."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Final, Literal

from relayer.batch.policy import BatchPolicy
from relayer.deploy.classifier_plans import NaiveBayesPlan
from relayer.deploy.mechanism_plans import GamifiedPlan, MechanismPlan, SelfAssessmentPlan
from relayer.deploy.schedule_plan import SchedulePlan
from relayer.deploy.schedules import default_schedule
from relayer.settings.batching import BatchingSettings
from simulation.house import BaseFeeMarket, GasFigures, HouseRules, gas_figures
from simulation.planner.limits import check

GWEI: Final = 10**9
_ETHER: Final = 10**18
_BATCHING: Final = BatchingSettings()
_RULE: Final = SelfAssessmentPlan()
#: A sponsor that names no price cap is taken to allow so many times the usual price.
_USUAL_CAP: Final = 4

MechanismKind = Literal["self-assessment", "gamified"]


@dataclass(frozen=True, kw_only=True)
class Question:
    """All that a plan depends on. Waits in seconds, money in wei, shares between 0 and 1.

    Attributes:
        players: how many play on a usual day.
        rounds_per_day: contributions that each of them makes in a day, on average.
        liars: share of the contributions that are false.
        caught: share of the false ones that the model still disagrees with when they are judged.
        mistaken: the same of the honest ones.
        confirmed: gamified: share of the honest ones that somebody confirms.
        confirming_s: gamified: mean time until somebody does.
        mechanism: which rule settles contributions.
        labels: labels of the model, a naive Bayes over hashed words.
        sample_bytes: mean length of a sample, two bytes a word.
        known_words: different words that players will ever use.
        stake_wei: stake of a contribution, which the sponsor puts down.
        fee_percent: what the sponsor's fee schedule pays, of the measured one.
        refund_wait_s: from when on the model may agree.
        forfeit_wait_s: from when on a stake is lost that it disagrees with.
        lapse_wait_s: gamified: from when on what nobody confirmed is settled without a point.
        max_wait_s: longest that a contribution waits for its batch.
        max_batch_items: most contributions in a batch.
        settle_min_items: open contributions that make settling worth it.
        settle_max_delay_s: longest that fewer wait to be settled.
        base_fee_wei: mean base fee.
        volatility: standard deviation of the logarithm of the base fee.
        tip_wei: what the relayer tips; the sponsor is taken to allow as much.
        price_cap_wei: most that the sponsor pays for a unit; None: four times base fee and tip.
        block_s: seconds between two blocks.
        currency_per_ether: price of an ether in the studio's currency.
        days: how far the plan reaches.
        seeds: runs that it is drawn from.
        seed: the first of them.

    Raises:
        ParameterError: no plan can answer to this.
    """

    players: int = 5_000
    rounds_per_day: float = 20.0
    liars: float = 0.03
    caught: float = 0.85
    mistaken: float = 0.02
    confirmed: float = 0.6
    confirming_s: float = 3_600.0
    mechanism: MechanismKind = "self-assessment"
    labels: int = 32
    sample_bytes: int = 8
    known_words: int = 4_000
    stake_wei: int = _RULE.min_stake_wei
    fee_percent: int = 100
    refund_wait_s: int = _RULE.refund_wait_s
    forfeit_wait_s: int = _RULE.forfeit_wait_s
    lapse_wait_s: int = GamifiedPlan().lapse_wait_s
    max_wait_s: float = _BATCHING.max_wait_s
    max_batch_items: int = _BATCHING.max_batch_items
    settle_min_items: int = _BATCHING.settle_min_items
    settle_max_delay_s: float = _BATCHING.settle_max_delay_s
    base_fee_wei: int = 2 * GWEI
    volatility: float = 0.6
    tip_wei: int = GWEI // 10
    price_cap_wei: int | None = None
    block_s: float = 12.0
    currency_per_ether: Decimal = Decimal(3_000)
    days: int = 30
    seeds: int = 100
    seed: int = 1

    def __post_init__(self) -> None:
        check(self)

    @property
    def is_gamified(self) -> bool:
        """Whether players confirm each other, without money."""
        return self.mechanism == "gamified"

    @property
    def contributions_per_day(self) -> float:
        """Contributions on a usual day."""
        return self.players * self.rounds_per_day

    @property
    def late_share(self) -> float:
        """Share of the contributions that nobody and nothing agrees with until the longest wait."""
        if self.is_gamified:
            return 1 - (1 - self.liars) * self.confirmed
        return self.liars * self.caught + (1 - self.liars) * self.mistaken

    @property
    def late_wait_s(self) -> int:
        """How long these wait."""
        return self.lapse_wait_s if self.is_gamified else self.forfeit_wait_s

    @property
    def staked_wei(self) -> int:
        """The stake, or nothing where there are none."""
        return 0 if self.is_gamified else self.stake_wei

    @property
    def cap_wei(self) -> int:
        """The sponsor's price cap."""
        usual_wei = _USUAL_CAP * (self.base_fee_wei + self.tip_wei)
        return usual_wei if self.price_cap_wei is None else self.price_cap_wei

    @property
    def policy(self) -> BatchPolicy:
        """When batches leave."""
        return BatchPolicy(self.max_wait_s, self.max_batch_items, _BATCHING.max_batch_gas)

    @cached_property
    def market(self) -> BaseFeeMarket:
        """How the base fee moves."""
        return BaseFeeMarket(
            mean_wei=self.base_fee_wei, volatility=self.volatility, block_s=self.block_s
        )

    @cached_property
    def schedule(self) -> SchedulePlan:
        """The sponsor's fee schedule."""
        measured = default_schedule(NaiveBayesPlan(), self._mechanism_plan, self.labels)
        units = measured.model_dump()
        return SchedulePlan(
            **{name: unit * self.fee_percent // 100 for name, unit in units.items()}
        )

    @cached_property
    def gas(self) -> GasFigures:
        """What transactions take."""
        return gas_figures(NaiveBayesPlan(), self._mechanism_plan, self.labels, self.sample_bytes)

    @cached_property
    def rules(self) -> HouseRules:
        """The house's rules."""
        return HouseRules(self.schedule, self.gas, self.cap_wei, self.tip_wei, self.tip_wei)

    @property
    def _mechanism_plan(self) -> MechanismPlan:
        return GamifiedPlan() if self.is_gamified else _RULE

    def in_currency(self, amount_wei: int) -> Decimal:
        """An amount in the studio's currency, with two decimals."""
        amount = Decimal(amount_wei) * self.currency_per_ether / _ETHER
        return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
