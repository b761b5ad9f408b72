"""Incentive mechanisms that a plan may name, told apart by `kind`."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from eth_utils.address import is_address, to_checksum_address
from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from relayer.deploy.plan_parts import GWEI, PlanPart, Wei

#: What a mechanism is that names no kind.
DEFAULT_KIND: Final = "self-assessment"


class SelfAssessmentPlan(PlanPart):
    """The rule of deposit, refund and forfeit; stakes in wei, waits in seconds."""

    kind: Literal["self-assessment"] = "self-assessment"
    cost_weight: Wei = 10 * GWEI
    min_stake_wei: Wei = 1_000 * GWEI
    max_stake_wei: Wei = 100_000 * GWEI
    refund_wait_s: int = Field(default=3_600, ge=1)
    forfeit_wait_s: int = Field(default=86_400, ge=2)

    @model_validator(mode="after")
    def _bounds_agree(self) -> SelfAssessmentPlan:
        if not 0 < self.min_stake_wei <= self.max_stake_wei:
            raise ValueError("min_stake_wei must be positive and at most max_stake_wei")
        if self.refund_wait_s >= self.forfeit_wait_s:
            raise ValueError("refund_wait_s must be shorter than forfeit_wait_s")
        return self


class GamifiedPlan(PlanPart):
    """Points and badges instead of money: players confirm each other's contributions.

    Raise `distinct_validators` against rings: whoever confirmed an author confirms it again only
    after that many others have.
    """

    kind: Literal["gamified"] = "gamified"
    distinct_validators: int = Field(default=3, ge=0, le=3)
    #: From then on what nobody confirmed is settled without a point.
    lapse_wait_s: int = Field(default=604_800, ge=1, lt=1 << 32)


def _address(text: str) -> str:
    if not is_address(text):
        raise ValueError("must be an address")
    return to_checksum_address(text)


class PredictionMarketPlan(PlanPart):
    """A market over a hidden test set; stake in wei, times in seconds.

    The provider brings bounty and test set after the deployment: `relayer market commit`.
    """

    kind: Literal["prediction-market"] = "prediction-market"
    #: None: the account that deploys.
    provider: Annotated[str, AfterValidator(_address)] | None = None
    stake_wei: Annotated[Wei, Field(ge=1, lt=1 << 96)] = 100_000 * GWEI
    max_contributions: int = Field(default=100, ge=1, le=768)
    #: Whether a contributor has one balance and one score for all its contributions.
    grouped: bool = False
    #: The piece that is opened can be drawn for 256 blocks only.
    opening_s: int = Field(default=3_600, ge=1, lt=1 << 32)
    participation_s: int = Field(default=604_800, ge=1, lt=1 << 32)
    reveal_s: int = Field(default=86_400, ge=1, lt=1 << 32)
    replay_s: int = Field(default=86_400, ge=1, lt=1 << 32)
    #: What the fees are fitted to: whoever brings a contribution also replays it.
    expected_contributions: int = Field(default=20, ge=1)
    expected_test_samples: int = Field(default=64, ge=1)
    #: Features (words) of a test sample; None: the usual ones of the model, see `replay_gas`.
    expected_sample_features: int | None = Field(default=None, ge=1)


def _with_kind(value: Any) -> Any:
    return {"kind": DEFAULT_KIND, **value} if isinstance(value, dict) else value


#: Any mechanism.
MechanismPlan = Annotated[
    SelfAssessmentPlan | GamifiedPlan | PredictionMarketPlan,
    Field(discriminator="kind"),
    BeforeValidator(_with_kind),
]
