"""What is to be deployed: trainers with their rules, the tank with its limits, who may relay.

A plan is a TOML file of the same structure as `DeployPlan`; amounts in wei may be written as
strings, because TOML numbers end at 63 bits::

    withdrawal_delay_s = 86400

    [tank]
    deposit_wei = "1000000000000000000"

    [[trainers]]
    name = "Hunch"
    labels = ["apple", "river"]
    classifier = { kind = "naive-bayes", inverse_alpha = 4, vocabulary = 128 }
    mechanism = { refund_wait_s = 3600, forfeit_wait_s = 86400 }
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

from pydantic import Field, ValidationError, model_validator

from relayer.deploy.classifier_plans import ClassifierPlan, OracleModelPlan
from relayer.deploy.mechanism_plans import (
    MechanismPlan,
    PredictionMarketPlan,
    SelfAssessmentPlan,
)
from relayer.deploy.oracle_plans import OraclePlan
from relayer.deploy.plan_parts import ETHER, GWEI, PlanPart, Wei
from relayer.deploy.schedule_plan import SchedulePlan
from relayer.deploy.schedules import default_schedule, has_default_schedule, underpayment
from relayer.errors import DeploymentError


class TrainerPlan(PlanPart):
    """One model with its data handler and incentive mechanism."""

    name: str = Field(min_length=1, max_length=64)
    labels: tuple[str, ...] = Field(min_length=2, max_length=65_535)
    classifier: ClassifierPlan
    mechanism: MechanismPlan = SelfAssessmentPlan()
    schedule: SchedulePlan | None = None

    @property
    def fee_schedule(self) -> SchedulePlan:
        """The schedule of the plan, or the measured one for its model and mechanism."""
        return self.schedule or default_schedule(self.classifier, self.mechanism, len(self.labels))

    @property
    def underpayment(self) -> str | None:
        """Why the schedule does not pay for driving its market; None: it does, or it is none."""
        labels = len(self.labels)
        return underpayment(self.classifier, self.mechanism, labels, self.fee_schedule)

    @model_validator(mode="after")
    def _labels_fit(self) -> TrainerPlan:
        if len(set(self.labels)) != len(self.labels):
            raise ValueError("a label occurs twice")
        if isinstance(self.classifier, OracleModelPlan):
            self._suits_an_oracle()
        else:
            # The twin refuses what no contract can be created with.
            self.classifier.twin(self.labels)
        if self.schedule is None and not has_default_schedule(self.classifier, self.mechanism):
            raise ValueError(
                f"a market over a model of kind {self.classifier.kind} needs a schedule of its own"
            )
        self._suits_a_schedule()
        return self

    def _suits_a_schedule(self) -> None:
        try:
            self.fee_schedule  # noqa: B018 - it is made here, or nowhere
        except ValidationError as error:
            raise ValueError(
                "no fee schedule can pay for the replay of so large a test set: lower "
                "expected_test_samples or expected_sample_features"
            ) from error

    def _suits_an_oracle(self) -> None:
        if isinstance(self.mechanism, PredictionMarketPlan):
            raise ValueError(
                "an oracle cannot be the model of a prediction market: it learns nothing on chain, "
                "so that no contribution could earn anything; choose the mechanism "
                "self-assessment or gamified, or a model that learns"
            )


class TankPlan(PlanPart):
    """The sponsor's money and limits, in wei."""

    deposit_wei: Wei = ETHER
    daily_limit_wei: Wei = ETHER
    price_cap_wei: Wei = 100 * GWEI
    tip_cap_wei: Wei = 2 * GWEI


class DeployPlan(PlanPart):
    """Everything that one `relayer deploy` puts on a chain."""

    trainers: tuple[TrainerPlan, ...] = Field(min_length=1, max_length=8)
    #: Models behind services; each stands for itself.
    oracles: tuple[OraclePlan, ...] = Field(default=(), max_length=8)
    tank: TankPlan = TankPlan()
    withdrawal_delay_s: int = Field(default=86_400, ge=1)
    #: Sent to each relayer account so that it can pay for its first batches.
    relayer_funds_wei: Wei = ETHER // 10

    @model_validator(mode="after")
    def _oracles_are_named_rightly(self) -> DeployPlan:
        oracles = {oracle.name: oracle for oracle in self.oracles}
        if len(oracles) != len(self.oracles):
            raise ValueError("two oracles have the same name")
        served: dict[str, str] = {}
        for trainer in self.trainers:
            if isinstance(trainer.classifier, OracleModelPlan):
                _check_oracle(trainer, trainer.classifier.oracle, oracles, served)
        return self


def _check_oracle(
    trainer: TrainerPlan, name: str, oracles: Mapping[str, OraclePlan], served: dict[str, str]
) -> None:
    """Check that an oracle can be a trainer's model; `served` are the trainers by their oracle."""
    if name not in oracles:
        raise ValueError(_unknown_oracle(trainer.name, name, tuple(oracles)))
    if name in served:
        raise ValueError(
            f"the trainers {served[name]!r} and {trainer.name!r} both name the oracle {name!r}, "
            "which can be bound to one trainer only: add an oracle for the other"
        )
    served[name] = trainer.name
    if trainer.labels != oracles[name].labels:
        raise ValueError(
            f"the trainer {trainer.name!r} and its oracle {name!r} have different labels: give "
            "both the same names in the same order"
        )


def _unknown_oracle(trainer: str, name: str, known: tuple[str, ...]) -> str:
    said = f"the trainer {trainer!r} names the oracle {name!r}, which the plan does not have"
    if not known:
        return f"{said}: add it under [[oracles]]"
    close = get_close_matches(name, known, n=1)
    remedy = f"did you mean {close[0]!r}?" if close else f"it has {', '.join(map(repr, known))}"
    return f"{said}: {remedy}"


def load_plan(path: Path) -> DeployPlan:
    """Reads a plan.

    Raises:
        DeploymentError: the file is missing or does not have the required form.
    """
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise DeploymentError(
            f"cannot read the plan {path}: {error.strerror}; pass --plan with an existing file"
        ) from error
    return parse_plan(text, path)


def parse_plan(text: str, path: Path) -> DeployPlan:
    """Reads the text of a plan; the path is where it is, or will be.

    Raises:
        DeploymentError: it does not have the required form.
    """
    try:
        return DeployPlan.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise DeploymentError(f"the plan {path} is not TOML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "file"
        fault = first["msg"].removeprefix("Value error, ")
        raise DeploymentError(f"the plan {path} is wrong at {place}: {fault}") from error
