"""The contributions of each hour, and what of them is settled when."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from relayer.intake.fees import NEW_SLOT_UNITS
from simulation.house.fees import Terms, own_reserve_wei
from simulation.planner.batch_profile import BatchProfile, profile_at
from simulation.planner.question import Question

STEP_S = 3_600.0
_DAY_S = 86_400
#: Share of the mean by which the busiest and the quietest hour of a day differ from it.
DAY_SWING = 0.5
#: Standard deviation of the logarithm of a day's traffic.
DAY_NOISE = 0.15
#: A batch keeps two words of the data handler until all of it is settled.
_WORDS_PER_BATCH = 2
_BYTES_PER_WORD = 2


@dataclass(frozen=True)
class Cohort:
    """Contributions that were added in one hour.

    Attributes:
        step: the hour.
        count: contributions.
        late: those of them that wait for the longest wait.
        terms: prices of the hour.
        profile: what their batches are like.
        new_slots: words of storage that were zero before.
    """

    step: int
    count: int
    late: int
    terms: Terms
    profile: BatchProfile
    new_slots: int

    @property
    def add_gas(self) -> int:
        """Gas of all adding transactions."""
        profile = self.profile
        gas = self.count * profile.add_gas // profile.contributions
        return gas + self.new_slots * NEW_SLOT_UNITS

    @property
    def add_overhead_wei(self) -> int:
        """What is paid for the fixed cost of adding and for new storage."""
        profile = self.profile
        units = self.count * profile.add_overhead_units // profile.contributions
        return (units + self.new_slots * NEW_SLOT_UNITS) * self.terms.add_price_wei

    def reserve_wei(self, sample_bytes: int) -> int:
        """What is set aside for all of them."""
        own_wei = own_reserve_wei(self.terms, self.count, self.count * sample_bytes)
        return own_wei + self.add_overhead_wei


@dataclass(frozen=True)
class Part:
    """Contributions of one cohort that are settled in one step."""

    cohort: Cohort
    step: int
    count: int
    is_late: bool
    first: int  #: contributions of the cohort that were settled before

    @property
    def gas(self) -> int:
        """Gas of the settling transactions, in a steady state."""
        settling = self.cohort.profile.late if self.is_late else self.cohort.profile.early
        return self.count * settling.gas // settling.count if settling.count else 0

    @property
    def settle_overhead_units(self) -> int:
        """What is paid for the fixed cost of settling."""
        profile = self.cohort.profile
        return self.count * profile.settle_overhead_units // profile.contributions

    def share_of(self, amount_wei: int) -> int:
        """The part's share of something that belongs to the cohort; all shares add up to it."""
        count, first = self.cohort.count, self.first
        return amount_wei * (first + self.count) // count - amount_wei * first // count


def steps_of(question: Question) -> int:
    """Hours of a plan."""
    return round(question.days * _DAY_S / STEP_S)


def draw_cohorts(
    question: Question, prices_wei: list[int], random: np.random.Generator
) -> Iterator[Cohort]:
    """Yield the contributions of each hour.

    Args:
        question: how many come.
        prices_wei: base fee of each hour.
        random: decides.
    """
    steps = steps_of(question)
    hours = (np.arange(steps) + 0.5) * STEP_S
    swing = 1 - DAY_SWING * np.cos(2 * np.pi * hours / _DAY_S)
    noise = np.exp(DAY_NOISE * random.standard_normal(question.days) - DAY_NOISE**2 / 2)
    daily = np.repeat(noise, steps // question.days)
    means = question.contributions_per_day * STEP_S / _DAY_S * swing * daily
    counts = random.poisson(means)
    late = random.binomial(counts, question.late_share)
    storage = _Storage(question)
    for step, (count, of_late, mean) in enumerate(
        zip(counts.tolist(), late.tolist(), means.tolist(), strict=True)
    ):
        profile = profile_at(question, mean / STEP_S)
        terms = question.rules.terms(prices_wei[step])
        slots = storage.after(count, profile)
        if count:
            yield Cohort(step, count, of_late, terms, profile, slots)


def parts_of(question: Question, cohort: Cohort) -> Iterator[Part]:
    """Yield what of a cohort is settled when; some of it may be beyond the plan."""
    early = cohort.count - cohort.late
    refund_s = 0 if question.is_gamified else question.refund_wait_s
    early_s = refund_s + cohort.profile.early.mean_delay_s
    yield from _spread(cohort, early, early_s, first=0, is_late=False)
    yield from _spread(cohort, cohort.late, question.late_wait_s, first=early, is_late=True)


def _spread(
    cohort: Cohort, count: int, delay_s: float, *, first: int, is_late: bool
) -> Iterator[Part]:
    """What came within an hour is settled within an hour, which mostly lies in two steps."""
    steps = delay_s / STEP_S
    whole = math.floor(steps)
    later = round(count * (steps - whole))
    for step, part in ((whole, count - later), (whole + 1, later)):
        if part:
            yield Part(cohort, cohort.step + step, part, is_late, first)
            first += part


class _Storage:
    """Words of storage that adding makes anew: of players, of words, and of open batches.

    How many players and words have come up after some contributions is taken as for draws with
    replacement from all of them.
    """

    def __init__(self, question: Question) -> None:
        self._question = question
        self._seen = 0
        self._slots = 0
        self._batches = 0.0

    def after(self, count: int, profile: BatchProfile) -> int:
        """New words for the next contributions."""
        question = self._question
        self._seen += count
        words = question.sample_bytes // _BYTES_PER_WORD
        # A gamified trainer keeps a word for each author, the Forwarder one as well.
        per_player = 2 if question.is_gamified else 1
        self._batches += count / profile.mean_size
        open_s = open_batch_s(question, profile)
        rate = question.contributions_per_day / profile.mean_size / _DAY_S
        open_batches = min(self._batches, rate * open_s)
        total = (
            per_player * _come_up(question.players, self._seen)
            + _come_up(question.known_words * -(-question.labels // 32), words * self._seen)
            + _WORDS_PER_BATCH * round(open_batches)
        )
        new = max(0, total - self._slots)
        self._slots = max(self._slots, total)
        return new


def open_batch_s(question: Question, profile: BatchProfile) -> float:
    """How long a batch is open, on average: until the last of its contributions is settled."""
    early_s = (0 if question.is_gamified else question.refund_wait_s) + profile.early.mean_delay_s
    has_late: float = 1 - (1 - question.late_share) ** profile.mean_size
    return early_s + has_late * max(0.0, question.late_wait_s - early_s)


def _come_up(kinds: int, draws: int) -> int:
    return round(kinds * -math.expm1(-draws / kinds))
