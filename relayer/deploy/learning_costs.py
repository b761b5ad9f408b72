"""Measured fee schedules of models that learn from every batch, by kind and size.

Fitted to the figures of `contracts/snapshots/classifiers.json`: whole transactions of 10 and 100
contributions through the Forwarder, features drawn uniformly out of 1,008. A schedule is linear and
costs are not quite (contributions of one batch share storage words), so that a small batch of long
sparse samples gets somewhat less than it costs and a large one more. Settling has an allowance for
rewards, since in a game that lasts nearly every settled contribution carries one.

Sizes are those that a model may grow to. A plan that states a schedule of its own may pay less
while the model is small.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from relayer.deploy.classifier_plans import (
    ClassifierPlan,
    DensePerceptronPlan,
    NearestCentroidPlan,
)
from relayer.deploy.schedule_plan import SchedulePlan, schedule_of
from relayer.deployment import ORACLE

#: What paying a reward may add to settling a contribution.
_REWARD_UNITS: Final = 3_000
#: Contributions from which the fixed cost of a transaction is paid in full.
_FULL_BATCH: Final = 8


def learning_schedule(classifier: ClassifierPlan, labels: int) -> SchedulePlan:
    """The schedule for a model.

    Args:
        classifier: the model's part of the plan.
        labels: labels that it starts with.
    """
    most = getattr(classifier, "label_bound", None) or labels
    return _FITS[classifier.kind](classifier, most)


def _naive_bayes(_: ClassifierPlan, labels: int) -> SchedulePlan:
    """Every label is scored for every sample, and each 32 of them take a word of each feature."""
    more_groups = -(-labels // 32) - 1
    return schedule_of(
        (15_700, 1_260 + 110 * more_groups, 265_000),
        (11_900 + 300 * labels, 1_250 + 695 * more_groups, 159_600 + 2_200 * labels),
    )


def _sparse_perceptron(_: ClassifierPlan, __: int) -> SchedulePlan:
    return schedule_of((12_800, 260, 280_000), (10_200, 102, 205_000))


def _sparse_multiclass_perceptron(_: ClassifierPlan, labels: int) -> SchedulePlan:
    """With few labels several features share a storage word."""
    lanes = 1 << (labels - 1).bit_length()
    return schedule_of(
        (17_500, 340 + 1_700 * lanes // 32, 440_000),
        (6_500 + _REWARD_UNITS + 207 * labels, 110 + 440 * lanes // 32, 290_000),
    )


def _sparse_nearest_centroid(_: ClassifierPlan, labels: int) -> SchedulePlan:
    """Each 16 labels take a word of each feature; every label is scored for every sample."""
    groups = -(-labels // 16)
    return schedule_of(
        (14_000, 350 + 300 * groups, 450_000),
        (1_900 + _REWARD_UNITS + 445 * labels, 565 * groups, 230_000 + 3_600 * labels),
    )


def _dense_perceptron(plan: DensePerceptronPlan, labels: int) -> SchedulePlan:
    """Every vector is loaded once and multiplied with every sample."""
    words = labels * -(-plan.dimension // 16)
    return schedule_of(
        (12_900, 70 + 19 * labels // 2, 150_000 + 5_400 * words),
        (4_800 + _REWARD_UNITS, 26 + 9 * labels, 115_000 + 2_350 * words),
    )


def _nearest_centroid(plan: NearestCentroidPlan, labels: int) -> SchedulePlan:
    """Adding loads the sums that are taught, settling all of them."""
    sum_words = -(-plan.dimension // 8)
    return schedule_of(
        (12_000, 32 + 16 * labels // 5, 150_000 + 5_600 * sum_words * min(labels, _FULL_BATCH)),
        (5_950 + _REWARD_UNITS, 34 + 23 * labels // 2, 145_000 + 2_850 * sum_words * labels),
    )


def _oracle(_: ClassifierPlan, __: int) -> SchedulePlan:
    """Nothing is learnt: an answer is looked up for each sample, by its hash."""
    return schedule_of((14_900, 27, 153_000), (9_070 + _REWARD_UNITS, 21, 110_000))


_FITS: Final[dict[str, Callable[[Any, int], SchedulePlan]]] = {
    "naive-bayes": _naive_bayes,
    "sparse-perceptron": _sparse_perceptron,
    "sparse-multiclass-perceptron": _sparse_multiclass_perceptron,
    "sparse-nearest-centroid": _sparse_nearest_centroid,
    "dense-perceptron": _dense_perceptron,
    "nearest-centroid": _nearest_centroid,
    ORACLE: _oracle,
}
