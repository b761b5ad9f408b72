"""Public fee schedules of trainers, and the measured one for each kind of model."""

from __future__ import annotations

from dataclasses import dataclass

from relayer.deploy.classifier_plans import ClassifierPlan
from relayer.deploy.learning_costs import learning_schedule
from relayer.deploy.mechanism_plans import GamifiedPlan, MechanismPlan, PredictionMarketPlan
from relayer.deploy.schedule_plan import SchedulePlan, schedule_of


def default_schedule(
    classifier: ClassifierPlan, mechanism: MechanismPlan, labels: int
) -> SchedulePlan:
    """The measured schedule for a model and its mechanism."""
    if isinstance(mechanism, PredictionMarketPlan):
        return _market_schedule(classifier.kind, labels, mechanism)
    learning = learning_schedule(classifier, labels)
    return _gamified_schedule(learning) if isinstance(mechanism, GamifiedPlan) else learning


def has_default_schedule(classifier: ClassifierPlan, mechanism: MechanismPlan) -> bool:
    """Whether the costs of this combination were measured."""
    return not isinstance(mechanism, PredictionMarketPlan) or classifier.kind in _REPLAY_UNITS


def _gamified_schedule(measured: SchedulePlan) -> SchedulePlan:
    """Adding writes down the authors; settling is hearing a validation, whatever the model is."""
    return SchedulePlan(
        add_units=measured.add_units + _NOTING_UNITS,
        add_units_per_byte=measured.add_units_per_byte,
        add_batch_units=measured.add_batch_units - _NO_STAKES_UNITS,
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
_MARKET = schedule_of((10_300, 93, 160_000), (8_000, 14, 110_000))
#: Gamified trainers: what writing an author down costs, and what a batch saves without stakes.
_NOTING_UNITS = 6_200
_NO_STAKES_UNITS = 23_000
#: Fitted to calls of 8 to 100 validations. A batch is taken to be settled in two calls: one brings
#: what was confirmed, one closes what lapsed.
_HEARING = schedule_of((0, 0, 0), (21_500, 30, 250_000))
