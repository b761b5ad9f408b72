"""The deployment file: which contracts this relayer serves. ``relayer deploy`` writes it."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from eth_utils.address import is_checksum_address
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from relayer.errors import DeploymentError


def _checked_address(address: str) -> str:
    if not is_checksum_address(address):
        raise ValueError("must be an address with its EIP-55 checksum")
    return address


Address = Annotated[str, AfterValidator(_checked_address)]


#: The kind of a model behind a service.
ORACLE: Final = "oracle"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class ClassifierEntry(_Part):
    """The model that a trainer trains."""

    kind: str
    address: Address
    parameters: dict[str, Any]

    @model_validator(mode="after")
    def _an_oracle_tells_its_longest_sample(self) -> ClassifierEntry:
        longest = self.parameters.get("max_sample_bytes")
        if self.kind == ORACLE and (type(longest) is not int or not 0 < longest < 1 << 16):
            raise ValueError("an oracle needs the parameter max_sample_bytes, 1 to 65535")
        return self


class SelfAssessmentEntry(_Part):
    """Deposit, refund, forfeit: contributions settle by the model's own opinion."""

    kind: Literal["self-assessment"]
    address: Address
    refund_wait_s: int = Field(ge=0)
    forfeit_wait_s: int = Field(ge=0)
    takes_validations: Literal[False] = False

    def due_at(self, added_at: int) -> int | None:
        """When contributions can be settled at the earliest."""
        return added_at + self.refund_wait_s

    def decided_at(self, added_at: int) -> int | None:
        """From when on every contribution can be settled, whatever the model thinks."""
        return added_at + self.forfeit_wait_s


class GamifiedEntry(_Part):
    """Points and badges: other players' validations settle contributions, or they lapse."""

    kind: Literal["gamified"]
    address: Address
    distinct_validators: int = Field(ge=0)
    lapse_wait_s: int = Field(ge=1)
    takes_validations: Literal[True] = True

    def due_at(self, added_at: int) -> int | None:
        """When what nobody confirmed can be settled; validations settle before that."""
        return added_at + self.lapse_wait_s

    def decided_at(self, added_at: int) -> int | None:
        """From when on every contribution can be settled, confirmed or not."""
        return added_at + self.lapse_wait_s


class PredictionMarketEntry(_Part):
    """A market: trainer and mechanism in one contract; it settles when it has ended."""

    kind: Literal["prediction-market"]
    address: Address
    provider: Address
    max_contributions: int = Field(ge=1)
    grouped: bool
    opening_s: int = Field(ge=1)
    participation_s: int = Field(ge=1)
    reveal_s: int = Field(ge=1)
    replay_s: int = Field(ge=1)
    #: Samples of a test set that the fee schedule pays the replay of.
    expected_test_samples: int = Field(ge=1)
    #: Features of each of them that it pays for; None: the usual ones of the model.
    expected_sample_features: int | None = Field(default=None, ge=1)
    takes_validations: Literal[False] = False

    def due_at(self, added_at: int) -> int | None:
        """None: no time is known from which on the market has ended."""
        return None

    def decided_at(self, added_at: int) -> int | None:
        """None, as `due_at`."""
        return None


MechanismEntry = Annotated[
    SelfAssessmentEntry | GamifiedEntry | PredictionMarketEntry, Field(discriminator="kind")
]


class TrainerEntry(_Part):
    """One trainer with everything that belongs to it."""

    address: Address
    name: str
    labels: list[str]
    encoding: str
    hashing: str | None
    classifier: ClassifierEntry
    mechanism: MechanismEntry
    data_handler: Address

    @property
    def feature_count(self) -> int | None:
        """How many features the model knows; None: every number of two bytes."""
        count = self.classifier.parameters.get("feature_count")
        return None if count is None else int(count)

    @property
    def is_behind_oracle(self) -> bool:
        """Whether the model is behind a service: it learns nothing on chain, nor has it a twin."""
        return self.classifier.kind == ORACLE


class OracleEntry(_Part):
    """A model behind a service; see docs/explanation/oracle.md."""

    address: Address
    name: str
    labels: list[str]


class Deployment(_Part):
    """Everything that was deployed on one chain."""

    chain_id: int = Field(gt=0)
    block_number: int = Field(ge=0)
    forwarder: Address
    sponsor: Address | None = None
    trainers: list[TrainerEntry] = Field(min_length=1)
    oracles: list[OracleEntry] = Field(default_factory=list)

    @cached_property
    def trainers_by_address(self) -> dict[str, TrainerEntry]:
        """The trainers by their address in lower case."""
        return {entry.address.lower(): entry for entry in self.trainers}

    def save(self, path: Path) -> None:
        """Write the file, whole or not at all."""
        draft = path.with_name(f"{path.name}.draft")
        draft.write_text(f"{self.model_dump_json(indent=2)}\n", "utf-8")
        draft.replace(path)


def load_deployment(path: Path) -> Deployment:
    """Read a deployment file.

    Raises:
        DeploymentError: the file is missing or does not have the required form.
    """
    try:
        return Deployment.model_validate_json(path.read_bytes())
    except OSError as error:
        raise DeploymentError(
            f"cannot read the deployment file {path}: {error.strerror}; "
            "run `relayer deploy` or set 'deployment' to the file that it wrote"
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "file"
        raise DeploymentError(
            f"the deployment file {path} is wrong at {place}: {first['msg']}; "
            "run `relayer deploy` again"
        ) from error
