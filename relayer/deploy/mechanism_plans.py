"""Incentive mechanisms that a plan may name, told apart by `kind`."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, model_validator

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


def _with_kind(value: Any) -> Any:
    return {"kind": DEFAULT_KIND, **value} if isinstance(value, dict) else value


#: Any mechanism. Further kinds join as `Annotated[A | B, Field(discriminator="kind"), …]`.
MechanismPlan = Annotated[SelfAssessmentPlan, BeforeValidator(_with_kind)]
