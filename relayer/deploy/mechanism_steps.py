"""How the incentive mechanism of a plan is created; one maker for each kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from relayer.deploy.blueprint import Drawing
from relayer.deploy.mechanism_plans import GamifiedPlan, SelfAssessmentPlan
from relayer.deployment import GamifiedEntry, SelfAssessmentEntry

#: Mechanisms that are contracts of their own beside a `CollaborativeTrainer`.
SeparateEntry = SelfAssessmentEntry | GamifiedEntry


def create_mechanism(drawing: Drawing, plan: SelfAssessmentPlan | GamifiedPlan) -> SeparateEntry:
    """Draw the creation of a mechanism; return its part of the deployment file."""
    return _MAKERS[plan.kind](drawing, plan)


def bind_mechanism(drawing: Drawing, entry: SeparateEntry, trainer: str) -> None:
    """Draw the binding of a mechanism to its trainer."""
    drawing.call(CONTRACT_NAMES[entry.kind], entry.address, "bind", trainer)


def _self_assessment(drawing: Drawing, plan: SelfAssessmentPlan) -> SelfAssessmentEntry:
    address = drawing.create(
        CONTRACT_NAMES[plan.kind],
        plan.cost_weight,
        plan.min_stake_wei,
        plan.max_stake_wei,
        plan.refund_wait_s,
        plan.forfeit_wait_s,
    )
    return SelfAssessmentEntry(
        kind=plan.kind,
        address=address,
        refund_wait_s=plan.refund_wait_s,
        forfeit_wait_s=plan.forfeit_wait_s,
    )


def _gamified(drawing: Drawing, plan: GamifiedPlan) -> GamifiedEntry:
    address = drawing.create(CONTRACT_NAMES[plan.kind], plan.distinct_validators, plan.lapse_wait_s)
    return GamifiedEntry(
        kind=plan.kind,
        address=address,
        distinct_validators=plan.distinct_validators,
        lapse_wait_s=plan.lapse_wait_s,
    )


#: Contracts by kind of mechanism.
CONTRACT_NAMES: Final = {"self-assessment": "SelfAssessment", "gamified": "Gamified"}

_MAKERS: Final[dict[str, Callable[[Drawing, Any], SeparateEntry]]] = {
    "self-assessment": _self_assessment,
    "gamified": _gamified,
}
