"""Public fee schedules of trainers, and the measured one for each kind of model."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from relayer.deploy.classifier_plans import ClassifierPlan
from relayer.deploy.mechanism_plans import GamifiedPlan, MechanismPlan, PredictionMarketPlan
from relayer.deploy.plan_parts import PlanPart


class SchedulePlan(PlanPart):
    """The public fee schedule of a trainer, in units of gas; see `FeeSchedules.sol`."""

    add_units: int = Field(ge=0, lt=1 << 32)
    add_units_per_byte: int = Field(ge=0, lt=1 << 16)
    settle_units: int = Field(ge=0, lt=1 << 32)
    settle_units_per_byte: int = Field(ge=0, lt=1 << 16)
    add_batch_units: int = Field(ge=0, lt=1 << 32)
    settle_batch_units: int = Field(ge=0, lt=1 << 32)


def default_schedule(
    classifier: ClassifierPlan, mechanism: MechanismPlan, labels: int
) -> SchedulePlan:
    """The measured schedule for a model and its mechanism."""
    if isinstance(mechanism, PredictionMarketPlan):
        return _market_schedule(classifier.kind, labels, mechanism)
    if isinstance(mechanism, GamifiedPlan):
        return _gamified_schedule(_MEASURED[classifier.kind])
    return _MEASURED[classifier.kind]


def has_default_schedule(classifier: ClassifierPlan, mechanism: MechanismPlan) -> bool:
    """Whether the costs of this combination were measured."""
    return not isinstance(mechanism, PredictionMarketPlan) or classifier.kind in _REPLAY_UNITS


def _gamified_schedule(measured: SchedulePlan) -> SchedulePlan:
    """Adding writes down the authors; settling is hearing a validation, whatever the model is."""
    return SchedulePlan(
        add_units=measured.add_units + _NOTING_UNITS,
        add_units_per_byte=measured.add_units_per_byte,
        add_batch_units=measured.add_batch_units,
        settle_units=_HEARING.settle_units,
        settle_units_per_byte=_HEARING.settle_units_per_byte,
        settle_batch_units=_HEARING.settle_batch_units,
    )


def _market_schedule(kind: str, labels: int, plan: PredictionMarketPlan) -> SchedulePlan:
    """Adding pays for the replay as well: whoever brings a contribution drives its market.

    Were the replay paid with the settlement, whoever watches the chain could wait for another to
    replay, settle first and take the pay for it.
    """
    replay = _REPLAY_UNITS[kind]
    states = (plan.expected_contributions + 1) * plan.expected_test_samples
    answering = states * (replay.answer + replay.answer_per_label * labels)
    driving = (answering + _MARKET_UNITS) // plan.expected_contributions
    return SchedulePlan(
        add_units=_MARKET.add_units + driving + replay.learn + _PASSES_UNITS,
        add_units_per_byte=_MARKET.add_units_per_byte + replay.learn_per_byte,
        add_batch_units=_MARKET.add_batch_units,
        settle_units=_MARKET.settle_units,
        settle_units_per_byte=_MARKET.settle_units_per_byte,
        settle_batch_units=_MARKET.settle_batch_units,
    )


def _schedule(add: tuple[int, int, int], settle: tuple[int, int, int]) -> SchedulePlan:
    """Each: for a contribution, more for each byte of its sample, for a transaction."""
    return SchedulePlan(
        add_units=add[0],
        add_units_per_byte=add[1],
        add_batch_units=add[2],
        settle_units=settle[0],
        settle_units_per_byte=settle[1],
        settle_batch_units=settle[2],
    )


#: Fitted to whole transactions of 8 to 100 contributions on a local chain: all of them together
#: are paid their cost within a hundredth or two. Settling an item whose player is paid a reward
#: costs some 8,000 more than one without; the schedule lies near the dearer one, because in a game
#: that lasts nearly every settled item carries a reward.
_MEASURED = {
    "naive-bayes": _schedule((17_500, 1_260, 265_000), (23_000, 1_250, 230_000)),
    "sparse-perceptron": _schedule((16_500, 295, 256_000), (11_700, 102, 205_000)),
    "sparse-multiclass-perceptron": _schedule((17_000, 900, 256_000), (12_000, 150, 205_000)),
    "sparse-nearest-centroid": _schedule((17_500, 850, 265_000), (14_000, 250, 205_000)),
    "dense-perceptron": _schedule((16_500, 110, 300_000), (12_000, 30, 260_000)),
    "nearest-centroid": _schedule((16_500, 65, 550_000), (12_000, 85, 800_000)),
}


@dataclass(frozen=True)
class _ReplayUnits:
    """Gas of the replay, for a test sample that is answered and a contribution that is learnt."""

    answer: int
    answer_per_label: int
    learn: int
    learn_per_byte: int


#: Markets: fitted to whole ones of 20 and 40 contributions and test sets of 32 and 64 samples of 5
#: (naive Bayes) and 10 features (perceptron), replayed in steps below 5 million gas.
_REPLAY_UNITS = {
    "naive-bayes": _ReplayUnits(4_000, 430, 10_000, 8_000),
    "sparse-perceptron": _ReplayUnits(3_150, 0, 20_000, 5_500),
}
#: What a market needs once beside its replay, and for the passes for each contribution.
_MARKET_UNITS = 100_000
_PASSES_UNITS = 6_000
#: Batches to a market train nothing; half of the contributions are taken to earn a reward.
_MARKET = _schedule((10_300, 93, 160_000), (8_000, 14, 110_000))
#: Gamified trainers: what writing an author down costs, and bringing 8 to 100 validations.
_NOTING_UNITS = 6_000
_HEARING = _schedule((0, 0, 0), (24_000, 30, 120_000))
