"""How many samples of a big test set a linear model gets right.

One model is asked by adding up the weights of all features that are there; many models at once are
asked by one product of matrices, which takes a tenth of the time for each.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.datasets.samples import Samples
from simulation.learning.move import Learner

#: Samples of one product: their features as floats stay small.
_ROWS: Final = 5000


class Snapshot(NamedTuple):
    """A model at one moment."""

    weights: NDArray[np.float64]
    intercept: float


def snapshot(learner: Learner) -> Snapshot:
    """A copy of what a learner knows now."""
    return Snapshot(learner.weights.astype(np.float64), float(learner.intercept))


class Evaluation:
    """A test set.

    Args:
        test: the samples; each has at least one feature.
    """

    def __init__(self, test: Samples) -> None:
        self._test = test
        self._positive = test.labels == 1

    def accuracy(self, learner: Learner) -> float:
        """Share of the test set that a model labels rightly."""
        columns, starts = self._present
        scores = np.add.reduceat(learner.weights[columns], starts) + learner.intercept
        return float(((scores > 0) == self._positive).mean())

    def accuracies(self, snapshots: Sequence[Snapshot]) -> list[float]:
        """The same for many models."""
        weights = np.array([each.weights for each in snapshots]).T
        intercepts = np.array([each.intercept for each in snapshots])
        right = np.zeros(len(snapshots), dtype=np.int64)
        for start in range(0, len(self._test), _ROWS):
            features = self._test.features[start : start + _ROWS].astype(np.float64)
            positive = features @ weights + intercepts > 0
            right += (positive == self._positive[start : start + _ROWS, None]).sum(axis=0)
        return [float(each) for each in right / len(self._test)]

    @cached_property
    def _present(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The columns of all features that are there, and where each sample's begin."""
        rows, columns = np.nonzero(self._test.features.view(np.bool_))
        return columns, np.searchsorted(rows, np.arange(len(self._test)))
