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
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from relayer.errors import DeploymentError

GWEI = 10**9
ETHER = 10**18


def _integer_from_text(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.isdecimal() else value


Wei = Annotated[int, BeforeValidator(_integer_from_text), Field(ge=0)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class NaiveBayesPlan(_Part):
    """A naive Bayes model over words hashed to 16 bits."""

    kind: Literal["naive-bayes"] = "naive-bayes"
    #: Measured: learns fast and forgives liars; see docs/explanation/models.md.
    inverse_alpha: int = Field(default=4, ge=1, le=1 << 16)
    vocabulary: int = Field(default=128, ge=1, le=1 << 32)


class SparsePerceptronPlan(_Part):
    """A perceptron over numbered features with two labels."""

    kind: Literal["sparse-perceptron"] = "sparse-perceptron"
    feature_count: int = Field(ge=1, le=4096)
    intercept: int = Field(default=0, ge=-(1 << 15), lt=1 << 15)
    learning_rate: int = Field(default=1, ge=1, lt=1 << 15)
    weights: tuple[Annotated[int, Field(ge=-(1 << 15), lt=1 << 15)], ...] = ()

    @model_validator(mode="after")
    def _weights_fit(self) -> SparsePerceptronPlan:
        if len(self.weights) > self.feature_count:
            raise ValueError("there are more weights than features")
        return self


class MechanismPlan(_Part):
    """The rule of deposit, refund and forfeit; stakes in wei, waits in seconds."""

    cost_weight: Wei = 10 * GWEI
    min_stake_wei: Wei = 1_000 * GWEI
    max_stake_wei: Wei = 100_000 * GWEI
    refund_wait_s: int = Field(default=3_600, ge=1)
    forfeit_wait_s: int = Field(default=86_400, ge=2)

    @model_validator(mode="after")
    def _bounds_agree(self) -> MechanismPlan:
        if not 0 < self.min_stake_wei <= self.max_stake_wei:
            raise ValueError("min_stake_wei must be positive and at most max_stake_wei")
        if self.refund_wait_s >= self.forfeit_wait_s:
            raise ValueError("refund_wait_s must be shorter than forfeit_wait_s")
        return self


class SchedulePlan(_Part):
    """The public fee schedule of a trainer, in units of gas; see `FeeSchedules.sol`."""

    add_units: int = Field(ge=0, lt=1 << 32)
    add_units_per_byte: int = Field(ge=0, lt=1 << 16)
    settle_units: int = Field(ge=0, lt=1 << 32)
    settle_units_per_byte: int = Field(ge=0, lt=1 << 16)
    add_batch_units: int = Field(ge=0, lt=1 << 32)
    settle_batch_units: int = Field(ge=0, lt=1 << 32)


#: Fitted to whole transactions of 8 to 100 contributions with 3 to 10 features on a local chain:
#: all of them together are paid their cost within a hundredth or two. Settling an item whose player
#: is paid a reward costs some 8,000 more than one without; the schedule lies near the dearer one,
#: because in a game that lasts nearly every settled item carries a reward.
DEFAULT_SCHEDULES: dict[str, SchedulePlan] = {
    "naive-bayes": SchedulePlan(
        add_units=17_500,
        add_units_per_byte=1_260,
        settle_units=23_000,
        settle_units_per_byte=1_250,
        add_batch_units=265_000,
        settle_batch_units=230_000,
    ),
    "sparse-perceptron": SchedulePlan(
        add_units=16_500,
        add_units_per_byte=295,
        settle_units=11_700,
        settle_units_per_byte=102,
        add_batch_units=256_000,
        settle_batch_units=205_000,
    ),
}


class TrainerPlan(_Part):
    """One model with its data handler and incentive mechanism."""

    name: str = Field(min_length=1, max_length=64)
    labels: tuple[str, ...] = Field(min_length=2, max_length=65_535)
    classifier: NaiveBayesPlan | SparsePerceptronPlan = Field(discriminator="kind")
    mechanism: MechanismPlan = MechanismPlan()
    schedule: SchedulePlan | None = None

    @property
    def fee_schedule(self) -> SchedulePlan:
        """The schedule of the plan, or the measured one for this kind of model."""
        return self.schedule or DEFAULT_SCHEDULES[self.classifier.kind]

    @model_validator(mode="after")
    def _labels_fit(self) -> TrainerPlan:
        if len(set(self.labels)) != len(self.labels):
            raise ValueError("a label occurs twice")
        if self.classifier.kind == "sparse-perceptron" and len(self.labels) != 2:
            raise ValueError("a sparse perceptron has exactly two labels")
        return self


class TankPlan(_Part):
    """The sponsor's money and limits, in wei."""

    deposit_wei: Wei = ETHER
    daily_limit_wei: Wei = ETHER
    price_cap_wei: Wei = 100 * GWEI
    tip_cap_wei: Wei = 2 * GWEI


class DeployPlan(_Part):
    """Everything that one `relayer deploy` puts on a chain."""

    trainers: tuple[TrainerPlan, ...] = Field(min_length=1, max_length=8)
    tank: TankPlan = TankPlan()
    withdrawal_delay_s: int = Field(default=86_400, ge=1)
    #: Sent to each relayer account so that it can pay for its first batches.
    relayer_funds_wei: Wei = ETHER // 10


def load_plan(path: Path) -> DeployPlan:
    """Reads a plan.

    Raises:
        DeploymentError: the file is missing or does not have the required form.
    """
    try:
        return DeployPlan.model_validate(tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        raise DeploymentError(
            f"cannot read the plan {path}: {error.strerror}; pass --plan with an existing file"
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise DeploymentError(f"the plan {path} is not TOML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "file"
        raise DeploymentError(f"the plan {path} is wrong at {place}: {first['msg']}") from error
