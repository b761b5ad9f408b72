"""What a studio asks the planner: its game, its rules, its chain, its prices."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Final, Literal

from relayer.batch.policy import BatchPolicy
from relayer.deploy.classifier_plans import NaiveBayesPlan
from relayer.deploy.mechanism_plans import GamifiedPlan, MechanismPlan, SelfAssessmentPlan
from relayer.deploy.schedule_plan import SchedulePlan
from relayer.deploy.schedules import default_schedule
from relayer.settings.batching import BatchingSettings
from simulation.errors import ParameterError
from simulation.house import BaseFeeMarket, GasFigures, HouseRules, gas_figures

GWEI: Final = 10**9
_DAY_S: Final = 86_400
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
        self._check_positive()
        self._check_shares()
        self._check_waits()
        self._check_prices()

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

    def _check_positive(self) -> None:
        least_one = ("players", "days", "seeds", "labels", "stake_wei", "fee_percent")
        for name in (*least_one, "refund_wait_s", "lapse_wait_s", "max_batch_items", "known_words"):
            if getattr(self, name) < 1:
                raise ParameterError(f"{_spoken(name)} must be at least 1: raise it.")
        for name in ("rounds_per_day", "max_wait_s", "block_s", "currency_per_ether"):
            if not getattr(self, name) > 0:
                raise ParameterError(f"{_spoken(name)} must be above 0: raise it.")
        if self.sample_bytes < 2 or self.base_fee_wei < 1 or self.tip_wei < 0:
            raise ParameterError(
                "A sample has at least 2 bytes, the base fee is at least 1 wei and the tip not "
                "negative: correct what is below."
            )

    def _check_shares(self) -> None:
        for name in ("liars", "caught", "mistaken", "confirmed"):
            if not 0 <= getattr(self, name) <= 1:
                raise ParameterError(
                    f"{_spoken(name)} is a share and must lie between 0 % and 100 %, "
                    f"not {getattr(self, name):.0%}: correct it."
                )

    def _check_waits(self) -> None:
        if self.is_gamified:
            return
        if self.refund_wait_s >= self.forfeit_wait_s:
            raise ParameterError(
                f"The refund wait ({self.refund_wait_s} s) must be shorter than the forfeit wait "
                f"({self.forfeit_wait_s} s): shorten it, or let stakes be forfeited later."
            )
        if self.forfeit_wait_s >= self.days * _DAY_S:
            raise ParameterError(
                f"In {self.days} days nothing is forfeited yet after {self.forfeit_wait_s} s, so "
                "no reward can pay anything back: plan more days or a shorter forfeit wait."
            )

    def _check_prices(self) -> None:
        if self.cap_wei < self.base_fee_wei + self.tip_wei:
            raise ParameterError(
                f"The price cap ({self.cap_wei / GWEI:g} gwei) is below the usual price of gas "
                f"({(self.base_fee_wei + self.tip_wei) / GWEI:g} gwei), so that the relayer never "
                "gets back what it spends: raise the cap, or choose a cheaper chain."
            )


def _spoken(name: str) -> str:
    return name.removesuffix("_wei").removesuffix("_s").replace("_", " ").capitalize()
