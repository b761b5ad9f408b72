"""Public fee schedules of trainers, and the measured one for each kind of model."""

from __future__ import annotations

from relayer.deploy.classifier_plans import ClassifierPlan
from relayer.deploy.learning_costs import learning_schedule
from relayer.deploy.mechanism_plans import GamifiedPlan, MechanismPlan, PredictionMarketPlan
from relayer.deploy.schedule_plan import SchedulePlan, schedule_of
from relayer.models.replay_gas import AddingUnits, expected_replay_gas, usual_features


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
    return not isinstance(mechanism, PredictionMarketPlan) or (
        usual_features(classifier.kind) is not None
    )


def underpayment(
    classifier: ClassifierPlan, mechanism: MechanismPlan, labels: int, schedule: SchedulePlan
) -> str | None:
    """Why a schedule does not pay for driving its market, and which one would; None: it pays."""
    if not isinstance(mechanism, PredictionMarketPlan):
        return None
    samples, features = mechanism.expected_test_samples, mechanism.expected_sample_features
    gas = expected_replay_gas(classifier.kind, labels, samples, features)
    if gas is None:
        return None
    fee = AddingUnits(schedule.add_units, schedule.add_units_per_byte)
    shortfall = gas.shortfall(fee)
    if shortfall is None:
        return None
    better = default_schedule(classifier, mechanism, labels)
    return (
        f"{shortfall}; the relayer bears the rest, or does not replay the market. A schedule that "
        f"pays has add_units = {better.add_units} and add_units_per_byte = "
        f"{better.add_units_per_byte}; it is the one of a plan without [trainers.schedule]"
    )


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

    Raises:
        ValueError: nobody measured what a market over such a model takes.
    """
    gas = expected_replay_gas(
        kind, labels, plan.expected_test_samples, plan.expected_sample_features
    )
    if gas is None:
        raise ValueError(f"a market over a model of kind {kind} needs a schedule of its own")
    once = gas.examination + _MARKET_UNITS
    return SchedulePlan(
        add_units=gas.contribution.units + once // plan.expected_contributions,
        add_units_per_byte=gas.contribution.units_per_byte,
        add_batch_units=_MARKET_BATCH_UNITS,
        settle_units=_MARKET_SETTLING.settle_units,
        settle_units_per_byte=_MARKET_SETTLING.settle_units_per_byte,
        settle_batch_units=_MARKET_SETTLING.settle_batch_units,
    )


#: What a market needs once beside its replay; its first state is examined as well.
_MARKET_UNITS = 100_000
_MARKET_BATCH_UNITS = 160_000
#: Batches to a market train nothing; half of the contributions are taken to earn a reward.
_MARKET_SETTLING = schedule_of((0, 0, 0), (8_000, 14, 110_000))
#: Gamified trainers: what writing an author down costs, and what a batch saves without stakes.
_NOTING_UNITS = 6_200
_NO_STAKES_UNITS = 23_000
#: Fitted to calls of 8 to 100 validations. A batch is taken to be settled in two calls: one brings
#: what was confirmed, one closes what lapsed.
_HEARING = schedule_of((0, 0, 0), (21_500, 30, 250_000))
