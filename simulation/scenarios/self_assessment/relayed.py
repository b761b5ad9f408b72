"""What a run would cost a house: the same contributions, brought and settled by a relayer.

The relayer brings whatever a block has in one batch and settles in the transactions of the run's
settler. The sponsor puts down the stakes, players are paid what their points have earned when
something of theirs is settled, and fees come out of that first. Contracts, points and stakes are
those of the run; only where the money goes is another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from relayer.deploy.classifier_plans import SparsePerceptronPlan
from relayer.deploy.mechanism_plans import SelfAssessmentPlan
from relayer.deploy.schedules import default_schedule
from simulation.house import Added, House, HouseRules, OpenBatch, Settlement, Tank, gas_figures
from simulation.house.fees import own_fee_wei
from simulation.mechanisms.self_assessment import SelfAssessment
from simulation.scenarios.house_report import tank_needed_wei
from simulation.scenarios.self_assessment.outcome import Deed, Outcome
from simulation.scenarios.self_assessment.parameters import SelfAssessmentScenario

#: More than any run spends: what a tank must hold is read off afterwards.
_FULL_TANK_WEI: Final = 10**30
_LABELS: Final = 2
#: Of the data handler, for each batch that is open at the same time.
_WORDS_PER_BATCH: Final = 2


@dataclass(frozen=True)
class Relayed:
    """A house at the end of a run.

    Attributes:
        house: its money.
        contributions: that were brought.
        batches: adding transactions.
        fees_wei: what each agent's rewards paid of the fees.
        tank_wei: what the tank must have held.
    """

    house: House
    contributions: int
    batches: int
    fees_wei: Mapping[str, int]
    tank_wei: int


def relay(scenario: SelfAssessmentScenario, outcome: Outcome) -> Relayed:
    """Let a house bring and settle what was contributed in a run by our rules."""
    return _Relay(scenario, outcome).run()


@dataclass
class _Batch:
    """Contributions of a block."""

    deeds: Sequence[Deed]
    in_house: OpenBatch


@dataclass
class _Relay:
    scenario: SelfAssessmentScenario
    outcome: Outcome
    batches: dict[int, _Batch] = field(default_factory=dict)
    fees_wei: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        prices, deeds = self.scenario.prices, self.outcome.deeds
        self._house = House(_rules(self.scenario, self.outcome), Tank(*[_FULL_TANK_WEI] * 2))
        self._base_fees = prices.base_fees(deeds[-1].at, self.scenario.seed)
        self._mechanism = SelfAssessment(self.scenario.mechanism, now=0)
        self._known: set[str] = set()
        self._paid: set[str] = set()
        self._open: Counter[int] = Counter()
        self._most_open = 0

    def run(self) -> Relayed:
        """Everything in the order of the run."""
        brought = 0
        for at, deeds in _transactions(self.outcome.deeds):
            if deeds[0].kind == "contributed":
                self._bring(at, deeds)
                brought += 1
            else:
                self._settle(at, deeds)
        tank_wei = tank_needed_wei(self._house, _FULL_TANK_WEI)
        return Relayed(self._house, len(self.batches), brought, self.fees_wei, tank_wei)

    def _bring(self, at: int, deeds: Sequence[Deed]) -> None:
        stake_wei = deeds[0].amount_wei
        self._mechanism.take_stakes(len(deeds), len(deeds) * stake_wei, at)
        more_open = max(0, len(self._open) + 1 - self._most_open)
        self._most_open += more_open
        authors = {deed.agent for deed in deeds}
        added = Added(
            accepted=len(deeds),
            sample_bytes=sum(self._bytes_of(deeds)),
            new_players=len(authors - self._known),
            new_slots=_WORDS_PER_BATCH * more_open,
        )
        self._known |= authors
        in_house = self._house.bring(at, self._base_fees.at(at), added, stake_wei)
        batch = _Batch(deeds, in_house)
        self._open[at] = len(deeds)
        self.batches |= {deed.number: batch for deed in deeds}

    def _settle(self, at: int, deeds: Sequence[Deed]) -> None:
        batch, base_fee_wei = self.batches[deeds[0].number].in_house, self._base_fees.at(at)
        settled = self._mechanism.settle(
            [deed.agent for deed in deeds],
            [deed.kind == "refunded" for deed in deeds],
            stake_wei=batch.stake_wei,
            added_at=int(batch.added_at),
            now=at,
        )
        winners = {deeds[place].agent for place in settled.refunded}
        settlement = Settlement(
            refunded=len(settled.refunded),
            forfeited=len(settled.forfeited),
            sample_bytes=self._bytes_of(deeds),
            rewards_wei=[settled.rewards_wei.get(place, 0) for place in range(len(deeds))],
            new_slots=len(winners - self._paid),
        )
        self._paid |= winners
        self._house.settle(at, base_fee_wei, batch, settlement)
        self._note_fees(batch, base_fee_wei, deeds, settlement)
        added_at = int(batch.added_at)
        self._open[added_at] -= len(deeds)
        if not self._open[added_at]:
            del self._open[added_at]

    def _note_fees(
        self, batch: OpenBatch, base_fee_wei: int, deeds: Sequence[Deed], settlement: Settlement
    ) -> None:
        gas_price_wei = base_fee_wei + self._house.rules.tip_wei
        price_wei = batch.terms.settle_price_wei(gas_price_wei, base_fee_wei)
        for deed, length, reward_wei in zip(
            deeds, settlement.sample_bytes, settlement.rewards_wei, strict=True
        ):
            fee_wei = own_fee_wei(batch.terms, length, price_wei)
            self.fees_wei[deed.agent] += min(reward_wei, fee_wei)

    def _bytes_of(self, deeds: Sequence[Deed]) -> list[int]:
        return [self.outcome.sample_bytes[deed.number] for deed in deeds]


def _transactions(deeds: Sequence[Deed]) -> Iterator[tuple[int, list[Deed]]]:
    """What a block adds, then what of each batch it settles; claims of money are no part of it.

    Yields:
        The time, and deeds that are one transaction.
    """
    added_at = {deed.number: deed.at for deed in deeds if deed.kind == "contributed"}
    relevant = [deed for deed in deeds if deed.kind != "claimed"]
    for at, of_block in groupby(relevant, key=lambda deed: deed.at):
        block = list(of_block)
        added = [deed for deed in block if deed.kind == "contributed"]
        if added:
            yield at, added
        settled = [deed for deed in block if deed.kind != "contributed"]
        for _, of_batch in groupby(settled, key=lambda deed: added_at[deed.number]):
            yield at, list(of_batch)


def _rules(scenario: SelfAssessmentScenario, outcome: Outcome) -> HouseRules:
    lengths = outcome.sample_bytes
    added = sum(deed.kind == "contributed" for deed in outcome.deeds)
    plan = SparsePerceptronPlan(feature_count=len(outcome.model.weights))
    mean_bytes = round(sum(lengths) / len(lengths))
    return scenario.prices.rules(
        default_schedule(plan, SelfAssessmentPlan(), _LABELS),
        gas_figures(
            plan,
            SelfAssessmentPlan(),
            _LABELS,
            mean_bytes,
            update_share=outcome.moves / max(1, added),
        ),
    )
