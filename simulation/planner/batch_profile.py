"""What batches are like when contributions come at some rate: sampled once, then looked up.

Contributions of a game come independently of each other. For a rate, arrivals are drawn, batches
formed by the relayer's rule, and what they take and are paid for is added up. Rates are rounded to
steps of 15 %, so that a plan needs about a dozen profiles.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt

from simulation.house.batching import form_batches
from simulation.house.fees import overhead_units
from simulation.house.gas import Curve
from simulation.planner.question import Question

_RATE_STEP = 1.15
_BATCHES = 250
_MOST_ARRIVALS = 20_000
_SEED = 0x0DD5
_DEPENDS_ON = (
    "mechanism",
    "labels",
    "sample_bytes",
    "fee_percent",
    "max_wait_s",
    "max_batch_items",
    "block_s",
    "settle_min_items",
    "settle_max_delay_s",
    "liars",
    "caught",
    "mistaken",
    "confirmed",
    "confirming_s",
)


@dataclass(frozen=True)
class SettlingProfile:
    """Settling some of a batch's contributions, summed over the sample.

    Attributes:
        count: contributions.
        gas: of all transactions.
        delay_s: what they waited beside the mechanism's wait, summed.
    """

    count: int
    gas: int
    delay_s: float

    @property
    def mean_delay_s(self) -> float:
        """Delay of one."""
        return self.delay_s / self.count if self.count else 0.0


@dataclass(frozen=True)
class BatchProfile:
    """Batches at one rate; sums over the sample.

    Attributes:
        contributions: contributions in the sample.
        batches: batches.
        waited_s: seconds that contributions waited to be sent.
        add_gas: gas of adding.
        add_overhead_units: what is paid for the fixed cost of adding.
        settle_overhead_units: what is paid for the fixed cost of settling, all of a batch.
        early: those that are agreed with, or confirmed.
        late: the others.
    """

    contributions: int
    batches: int
    waited_s: float
    add_gas: int
    add_overhead_units: int
    settle_overhead_units: int
    early: SettlingProfile
    late: SettlingProfile

    @property
    def mean_size(self) -> float:
        """Contributions in a batch."""
        return self.contributions / self.batches

    @property
    def mean_wait_s(self) -> float:
        """Seconds from acceptance to sending."""
        return self.waited_s / self.contributions


def profile_at(question: Question, per_second: float) -> BatchProfile:
    """The profile of the nearest rate that is looked up."""
    step = round(math.log(max(per_second, 1e-9)) / math.log(_RATE_STEP))
    return _sampled(_without_the_rest(question), step)


@lru_cache(maxsize=64)
def _without_the_rest(question: Question) -> Question:
    """A question that is the same wherever profiles are: they do not hang on prices or days."""
    return Question(**{name: getattr(question, name) for name in _DEPENDS_ON})


@lru_cache(maxsize=512)
def _sampled(question: Question, step: int) -> BatchProfile:
    rate = _RATE_STEP**step
    random = np.random.default_rng([_SEED, step + 1_000])
    gathered_s = min(question.max_wait_s, max(question.block_s, question.max_wait_s / 4))
    wanted = _BATCHES * max(1.0, rate * gathered_s)
    arrivals_s = np.cumsum(random.exponential(1 / rate, int(min(wanted, _MOST_ARRIVALS))))
    schedule, gas = question.schedule, question.gas
    batches = form_batches(
        arrivals_s,
        question.policy,
        gas_per_item=gas.add.gas(question.max_batch_items) // question.max_batch_items,
        block_s=question.block_s,
    )
    sizes = np.array([batch.count for batch in batches])
    sent_s = np.repeat([batch.sent_at for batch in batches], sizes)
    late = random.binomial(sizes, question.late_share)
    early = _confirmed if question.is_gamified else _agreed
    counts = sizes.tolist()
    return BatchProfile(
        contributions=len(arrivals_s),
        batches=len(batches),
        waited_s=float((sent_s - arrivals_s).sum()),
        add_gas=sum(gas.add.gas(count) for count in counts),
        add_overhead_units=sum(
            overhead_units(schedule.add_batch_units, count, 0) for count in counts
        ),
        settle_overhead_units=sum(
            overhead_units(schedule.settle_batch_units, count, 0) for count in counts
        ),
        early=early(question, gas.settle, (sizes - late).tolist(), late, random),
        late=_at_once(gas.settle, late.tolist()),
    )


def _agreed(
    question: Question,
    curve: Curve,
    counts: Sequence[int],
    others: npt.NDArray[np.int64],
    random: np.random.Generator,
) -> SettlingProfile:
    """One transaction for a batch; few beside others that stay open wait for more to agree."""
    gas, delay_s = 0, 0.0
    for count, still_open in zip(counts, others.tolist(), strict=True):
        if count == 0:
            continue
        gas += curve.gas(count)
        if count < question.settle_min_items and still_open:
            delay_s += count * question.settle_max_delay_s
    return SettlingProfile(sum(counts), gas, delay_s)


def _confirmed(
    question: Question,
    curve: Curve,
    counts: Sequence[int],
    others: npt.NDArray[np.int64],
    random: np.random.Generator,
) -> SettlingProfile:
    """Validations of a batch come one by one; those that come close to each other go together."""
    gas, delay_s, gas_of = 0, 0.0, cache(curve.gas)
    for count in counts:
        times_s: list[float] = np.sort(random.exponential(question.confirming_s, count)).tolist()
        first = 0
        while first < count:
            until_s = times_s[first] + question.settle_max_delay_s
            ready = bisect_right(times_s, until_s) - first
            together = min(ready, question.settle_min_items)
            if together == question.settle_min_items:
                until_s = times_s[first + together - 1]
            gas += gas_of(together)
            delay_s += together * until_s
            first += together
    return SettlingProfile(sum(counts), gas, delay_s)


def _at_once(curve: Curve, counts: Sequence[int]) -> SettlingProfile:
    """What is left of a batch when its longest wait is over, in one transaction."""
    gas = sum(curve.gas(count) for count in counts if count)
    return SettlingProfile(sum(counts), gas, 0.0)
