"""What chance may add to a mean: the worst of 100 months in closed formulas.

- Prices: the base fee's correlations over time are those of a log-normal process that returns to
  its mean; its mean over the plan spreads as much as that of so many independent draws.
- Traffic: each day has a factor of its own.
- Sums of log-normal variables are nearly log-normal (Fenton 1960), which gives the percentile.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

from simulation.planner.cohorts import DAY_NOISE
from simulation.planner.question import Question

#: The worst case: this share of the runs is no worse.
WORST_SHARE: Final = 0.99

_DAY_S: Final = 86_400
#: Terms of a series that falls faster than a factorial.
_TERMS: Final = 60
_NORMAL: Final = NormalDist()


@dataclass(frozen=True)
class Spread:
    """A figure over all runs: its mean, and what it is in the worst case, in wei."""

    mean_wei: int
    worst_wei: int


def capped_mean_wei(question: Question) -> int:
    """Mean of what a unit is paid at: gas price or price cap, the base fee being log-normal."""
    mean, cap, spread = question.base_fee_wei, _cap_wei(question), question.volatility
    if spread == 0:
        return min(mean, cap) + question.tip_wei
    above = math.log(cap / mean) / spread
    below_cap = mean * _below(above - spread / 2)
    return round(below_cap + cap * _below(-above - spread / 2)) + question.tip_wei


def worst_of_gas(question: Question) -> float:
    """What is spent on gas in the worst case, in parts of its mean."""
    mean, spread = question.base_fee_wei, question.volatility
    variance = mean**2 * math.expm1(spread**2) / (mean + question.tip_wei) ** 2
    return _worst(question, variance)


def worst_of_fees(question: Question) -> float:
    """What fees come to in the worst case, in parts of their mean: no price is above the cap."""
    return _worst(question, _variance_of_paid(question))


def worst_of_traffic(question: Question) -> float:
    """What hangs on traffic alone comes to in the worst case, in parts of its mean."""
    return _worst(question, 0.0)


def worst_of_a_day() -> float:
    """How busy one day is in the worst case, in usual days."""
    return math.exp(DAY_NOISE * _NORMAL.inv_cdf(WORST_SHARE) - DAY_NOISE**2 / 2)


def dearest_day(question: Question, priced: float) -> tuple[float, float]:
    """What the dearest day costs, on average and in the worst case, in usual days.

    The average is that of the highest of some normal draws (Blom 1958).

    Args:
        question: with how many days.
        priced: share of what a day costs that hangs on the price of gas.
    """
    days = question.days
    prices = priced**2 * _variance_of_paid(question) * _kept(question, 1)
    spread = math.sqrt(DAY_NOISE**2 + math.log1p(prices))
    ranks = (days - 0.375) / (days + 0.25), WORST_SHARE ** (1 / days)
    mean, worst = (math.exp(spread * _NORMAL.inv_cdf(rank) - spread**2 / 2) for rank in ranks)
    return mean, worst


def _cap_wei(question: Question) -> int:
    """Highest base fee that is paid back in full."""
    return question.cap_wei - question.tip_wei


def _variance_of_paid(question: Question) -> float:
    """Variance of what a unit is paid at, in parts of its squared mean."""
    mean, cap, spread = question.base_fee_wei, _cap_wei(question), question.volatility
    if spread == 0:
        return 0.0
    paid_wei = capped_mean_wei(question)
    above = math.log(cap / mean) / spread
    squares_wei2 = mean**2 * math.exp(spread**2) * _below(above - 1.5 * spread)
    squares_wei2 += cap**2 * _below(-above - spread / 2)
    return max(0.0, squares_wei2 - (paid_wei - question.tip_wei) ** 2) / paid_wei**2


def _worst(question: Question, variance: float) -> float:
    """The percentile of a sum over all days of what is paid at prices of such a variance."""
    traffic = math.expm1(DAY_NOISE**2) / question.days
    spread = math.sqrt(math.log1p(variance * _kept(question, question.days) + traffic))
    return math.exp(spread * _NORMAL.inv_cdf(WORST_SHARE) - spread**2 / 2)


def _kept(question: Question, days: int) -> float:
    """What of the variance of one price is left in that of their mean over some days."""
    spread = question.volatility**2
    if spread == 0:
        return 0.0
    terms = (math.exp(k * math.log(spread) - math.lgamma(k + 1)) / k for k in range(1, _TERMS))
    correlated_s = question.market.half_life_s / math.log(2) * sum(terms) / math.expm1(spread)
    part = correlated_s / (days * _DAY_S)
    return 2 * part - 2 * part**2 * -math.expm1(-1 / part)


def _below(value: float) -> float:
    """Share of a standard normal variable below a value."""
    return (1 + math.erf(value / math.sqrt(2))) / 2
