"""Public fee schedules of trainers, and the measured one for each kind of model."""

from __future__ import annotations

from pydantic import Field

from relayer.deploy.classifier_plans import ClassifierPlan
from relayer.deploy.plan_parts import PlanPart


class SchedulePlan(PlanPart):
    """The public fee schedule of a trainer, in units of gas; see `FeeSchedules.sol`."""

    add_units: int = Field(ge=0, lt=1 << 32)
    add_units_per_byte: int = Field(ge=0, lt=1 << 16)
    settle_units: int = Field(ge=0, lt=1 << 32)
    settle_units_per_byte: int = Field(ge=0, lt=1 << 16)
    add_batch_units: int = Field(ge=0, lt=1 << 32)
    settle_batch_units: int = Field(ge=0, lt=1 << 32)


def default_schedule(classifier: ClassifierPlan) -> SchedulePlan:
    """The measured schedule for a model."""
    return _MEASURED[classifier.kind]


def _schedule(add: tuple[int, int, int], settle: tuple[int, int, int]) -> SchedulePlan:
    """Each: for a contribution, more for each byte of its sample, for a transaction."""
    return SchedulePlan(
        add_units=add[0],
        add_units_per_byte=add[1],
        add_batch_units=add[2],
        settle_units=settle[0],
        settle_units_per_byte=settle[1],
        settle_batch_units=settle[2],
    )


#: Fitted to whole transactions of 8 to 100 contributions on a local chain: all of them together
#: are paid their cost within a hundredth or two. Settling an item whose player is paid a reward
#: costs some 8,000 more than one without; the schedule lies near the dearer one, because in a game
#: that lasts nearly every settled item carries a reward.
_MEASURED = {
    "naive-bayes": _schedule((17_500, 1_260, 265_000), (23_000, 1_250, 230_000)),
    "sparse-perceptron": _schedule((16_500, 295, 256_000), (11_700, 102, 205_000)),
    "sparse-multiclass-perceptron": _schedule((17_000, 900, 256_000), (12_000, 150, 205_000)),
    "sparse-nearest-centroid": _schedule((17_500, 850, 265_000), (14_000, 250, 205_000)),
    "dense-perceptron": _schedule((16_500, 110, 300_000), (12_000, 30, 260_000)),
    "nearest-centroid": _schedule((16_500, 65, 550_000), (12_000, 85, 800_000)),
}
