"""The transactions of a deployment, all known before the first one is sent."""

from __future__ import annotations

from collections.abc import Mapping

from relayer.deploy.blueprint import Blueprint, Drawing
from relayer.deploy.classifier_plans import ENCODINGS, OracleModelPlan
from relayer.deploy.classifier_steps import bind_classifier, create_classifier, oracle_as_model
from relayer.deploy.market_steps import create_market
from relayer.deploy.mechanism_plans import PredictionMarketPlan
from relayer.deploy.mechanism_steps import bind_mechanism, create_mechanism
from relayer.deploy.oracle_plans import ORACLE_CONTRACT, OraclePlan
from relayer.deploy.plan import DeployPlan, TrainerPlan
from relayer.deploy.schedule_plan import SchedulePlan
from relayer.deployment import ClassifierEntry, MechanismEntry, OracleEntry, TrainerEntry
from relayer.models.encoders import HashedWords
from relayer.models.naive_bayes import NaiveBayes


def draw(plan: DeployPlan, deployer: str, first_nonce: int, relayers: tuple[str, ...]) -> Blueprint:
    """Works out every step of a plan; the deployer becomes the sponsor."""
    drawing = Drawing(deployer, first_nonce)
    forwarder = drawing.create("Forwarder", plan.withdrawal_delay_s)
    oracles = tuple(_oracle(drawing, oracle) for oracle in plan.oracles)
    models = {
        oracle.name: oracle_as_model(oracle, entry.address)
        for oracle, entry in zip(plan.oracles, oracles, strict=True)
    }
    entries = tuple(_trainer(drawing, trainer, forwarder, models) for trainer in plan.trainers)
    _tank(drawing, plan, forwarder, entries, relayers)
    return Blueprint(tuple(drawing.steps), forwarder, entries, oracles)


def _trainer(
    drawing: Drawing, plan: TrainerPlan, forwarder: str, oracles: Mapping[str, ClassifierEntry]
) -> TrainerEntry:
    data_handler = drawing.create("DataHandler")
    if isinstance(plan.mechanism, PredictionMarketPlan):
        classifier = _model(drawing, plan, oracles)
        market = create_market(
            drawing, plan.mechanism, plan.name, forwarder, data_handler, classifier.address
        )
        bind_classifier(drawing, classifier, market.address)
        return _entry(plan, market.address, classifier, market, data_handler)
    mechanism = create_mechanism(drawing, plan.mechanism)
    classifier = _model(drawing, plan, oracles)
    trainer = drawing.create(
        "CollaborativeTrainer",
        plan.name,
        forwarder,
        mechanism.address,
        data_handler,
        classifier.address,
    )
    drawing.call("DataHandler", data_handler, "bind", trainer)
    bind_mechanism(drawing, mechanism, trainer)
    bind_classifier(drawing, classifier, trainer)
    return _entry(plan, trainer, classifier, mechanism, data_handler)


def _model(
    drawing: Drawing, plan: TrainerPlan, oracles: Mapping[str, ClassifierEntry]
) -> ClassifierEntry:
    if isinstance(plan.classifier, OracleModelPlan):
        return oracles[plan.classifier.oracle]
    return create_classifier(drawing, plan.classifier, plan.labels)


def _entry(
    plan: TrainerPlan,
    trainer: str,
    classifier: ClassifierEntry,
    mechanism: MechanismEntry,
    data_handler: str,
) -> TrainerEntry:
    return TrainerEntry(
        address=trainer,
        name=plan.name,
        labels=list(plan.labels),
        encoding=ENCODINGS[classifier.kind],
        hashing=HashedWords.name if classifier.kind == NaiveBayes.kind else None,
        classifier=classifier,
        mechanism=mechanism,
        data_handler=data_handler,
    )


def _oracle(drawing: Drawing, plan: OraclePlan) -> OracleEntry:
    rules = {
        "labelCount": len(plan.labels),
        "maxSampleBytes": plan.max_sample_bytes,
        "minFeeWei": plan.min_fee_wei,
        "minWindowS": plan.min_window_s,
        "cacheLifetimeS": plan.cache_lifetime_s,
    }
    address = drawing.create(ORACLE_CONTRACT, rules, plan.responders, plan.quorum, plan.model_bytes)
    return OracleEntry(address=address, name=plan.name, labels=list(plan.labels))


def _tank(
    drawing: Drawing,
    plan: DeployPlan,
    forwarder: str,
    trainers: tuple[TrainerEntry, ...],
    relayers: tuple[str, ...],
) -> None:
    tank = plan.tank
    drawing.call("Forwarder", forwarder, "deposit", drawing.deployer, value_wei=tank.deposit_wei)
    drawing.call(
        "Forwarder",
        forwarder,
        "setLimits",
        tank.daily_limit_wei,
        tank.price_cap_wei,
        tank.tip_cap_wei,
    )
    for entry, trainer in zip(trainers, plan.trainers, strict=True):
        drawing.call(
            "Forwarder",
            forwarder,
            "setTrainer",
            entry.address,
            True,
            _schedule_struct(trainer.fee_schedule),
        )
    for relayer in relayers:
        drawing.call("Forwarder", forwarder, "setRelayer", relayer, True)
        if plan.relayer_funds_wei and relayer != drawing.deployer:
            drawing.pay(relayer, plan.relayer_funds_wei)


def _schedule_struct(plan: SchedulePlan) -> dict[str, int]:
    return {
        "addUnits": plan.add_units,
        "addUnitsPerByte": plan.add_units_per_byte,
        "settleUnits": plan.settle_units,
        "settleUnitsPerByte": plan.settle_units_per_byte,
        "addBatchUnits": plan.add_batch_units,
        "settleBatchUnits": plan.settle_batch_units,
    }
