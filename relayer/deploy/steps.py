"""The transactions of a deployment, all known before the first one is sent.

A contract's address follows from its creator and the creator's nonce, so every later step can name
the contracts of the earlier ones, and the whole deployment is signed in one go.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eth_hash.auto import keccak
from eth_utils.address import to_canonical_address, to_checksum_address

from relayer.chain.contracts import load_artifact
from relayer.deploy.plan import DeployPlan, SchedulePlan, SparsePerceptronPlan, TrainerPlan
from relayer.deployment import ClassifierEntry, Deployment, MechanismEntry, TrainerEntry

WEIGHTS_PER_WORD = 16
#: Words of initial weights in one transaction: 22,100 gas each.
WORDS_PER_STEP = 200
_CALL_GAS = 300_000
_WORD_GAS = 25_000
_CREATE_GAS = 500_000
_CREATE_GAS_PER_BYTE = 300

CLASSIFIER_CONTRACTS = {"naive-bayes": "NaiveBayes", "sparse-perceptron": "SparsePerceptron"}


@dataclass(frozen=True)
class Step:
    """One transaction of the deployment; `to` is empty for a contract creation."""

    title: str
    to: str
    data: bytes
    gas_limit: int
    value_wei: int = 0


@dataclass(frozen=True)
class Blueprint:
    """All steps in order, and where the contracts will be."""

    steps: tuple[Step, ...]
    forwarder: str
    trainers: tuple[TrainerEntry, ...]

    def deployment(self, chain_id: int, block_number: int, sponsor: str) -> Deployment:
        """The content of the deployment file."""
        return Deployment(
            chain_id=chain_id,
            block_number=block_number,
            forwarder=self.forwarder,
            sponsor=sponsor,
            trainers=list(self.trainers),
        )


def created_address(creator: str, nonce: int) -> str:
    """The address of the contract that an account creates with this nonce.

    It is the hash of the RLP list of both; a nonce of 64 bits keeps that list in its short form.
    """
    number = nonce.to_bytes((nonce.bit_length() + 7) // 8, "big")
    encoded_nonce = number if 0 < nonce < 0x80 else bytes([0x80 + len(number)]) + number
    fields = b"\x94" + to_canonical_address(creator) + encoded_nonce
    return to_checksum_address(keccak(bytes([0xC0 + len(fields)]) + fields)[-20:])


def draw(plan: DeployPlan, deployer: str, first_nonce: int, relayers: tuple[str, ...]) -> Blueprint:
    """Works out every step of a plan; the deployer becomes the sponsor."""
    drawing = _Drawing(deployer, first_nonce)
    forwarder = drawing.create("Forwarder", plan.withdrawal_delay_s)
    entries = tuple(_trainer(drawing, trainer, forwarder) for trainer in plan.trainers)
    _tank(drawing, plan, forwarder, entries, relayers)
    return Blueprint(tuple(drawing.steps), forwarder, entries)


class _Drawing:
    """Collects steps and keeps count of the nonce."""

    def __init__(self, deployer: str, first_nonce: int) -> None:
        self.deployer = deployer
        self.steps: list[Step] = []
        self._first_nonce = first_nonce

    def create(self, contract: str, *arguments: Any) -> str:
        artifact = load_artifact(contract)
        address = created_address(self.deployer, self._first_nonce + len(self.steps))
        data = artifact.bytecode + artifact.interface.encode_constructor(*arguments)
        gas_limit = _CREATE_GAS + _CREATE_GAS_PER_BYTE * len(data)
        self.steps.append(Step(f"create {contract}", "", data, gas_limit))
        return address

    def call(
        self,
        contract: str,
        to: str,
        function: str,
        *arguments: Any,
        value_wei: int = 0,
        gas_limit: int = _CALL_GAS,
    ) -> None:
        data = load_artifact(contract).interface.encode(function, *arguments)
        title = f"{contract}.{function}"
        self.steps.append(Step(title, to, data, gas_limit, value_wei))

    def pay(self, to: str, value_wei: int) -> None:
        self.steps.append(Step(f"fund {to}", to, b"", _CALL_GAS, value_wei))


def _trainer(drawing: _Drawing, plan: TrainerPlan, forwarder: str) -> TrainerEntry:
    data_handler = drawing.create("DataHandler")
    rule = plan.mechanism
    mechanism = drawing.create(
        "SelfAssessment",
        rule.cost_weight,
        rule.min_stake_wei,
        rule.max_stake_wei,
        rule.refund_wait_s,
        rule.forfeit_wait_s,
    )
    classifier = _classifier(drawing, plan)
    trainer = drawing.create(
        "CollaborativeTrainer", plan.name, forwarder, mechanism, data_handler, classifier.address
    )
    drawing.call("DataHandler", data_handler, "bind", trainer)
    drawing.call("SelfAssessment", mechanism, "bind", trainer)
    drawing.call(CLASSIFIER_CONTRACTS[classifier.kind], classifier.address, "bind", trainer)
    return TrainerEntry(
        address=trainer,
        name=plan.name,
        labels=list(plan.labels),
        encoding="sparse-uint16",
        hashing="keccak-uint16" if classifier.kind == "naive-bayes" else None,
        classifier=classifier,
        mechanism=MechanismEntry(
            kind="self-assessment",
            address=mechanism,
            refund_wait_s=rule.refund_wait_s,
            forfeit_wait_s=rule.forfeit_wait_s,
        ),
        data_handler=data_handler,
    )


def _classifier(drawing: _Drawing, plan: TrainerPlan) -> ClassifierEntry:
    model = plan.classifier
    if isinstance(model, SparsePerceptronPlan):
        address = drawing.create(
            "SparsePerceptron", model.feature_count, model.intercept, model.learning_rate
        )
        _initial_weights(drawing, address, model.weights)
        parameters = {
            "feature_count": model.feature_count,
            "intercept": model.intercept,
            "learning_rate": model.learning_rate,
        }
    else:
        address = drawing.create(
            "NaiveBayes", len(plan.labels), model.inverse_alpha, model.vocabulary
        )
        parameters = {"inverse_alpha": model.inverse_alpha, "vocabulary": model.vocabulary}
    return ClassifierEntry(kind=model.kind, address=address, parameters=parameters)


def _initial_weights(drawing: _Drawing, address: str, weights: tuple[int, ...]) -> None:
    words = [
        _pack_weights(weights[start : start + WEIGHTS_PER_WORD])
        for start in range(0, len(weights), WEIGHTS_PER_WORD)
    ]
    for start in range(0, len(words), WORDS_PER_STEP):
        part = words[start : start + WORDS_PER_STEP]
        gas_limit = _CALL_GAS + _WORD_GAS * len(part)
        drawing.call("SparsePerceptron", address, "initialize", start, part, gas_limit=gas_limit)


def _pack_weights(weights: tuple[int, ...]) -> int:
    """Sixteen weights in a word, the first one in the lowest 16 bits."""
    return sum((weight & 0xFFFF) << 16 * lane for lane, weight in enumerate(weights))


def _tank(
    drawing: _Drawing,
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
