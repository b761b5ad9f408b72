"""Models that are examined after every sample, as a prediction market does."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from simulation.datasets.samples import Samples
from simulation.learning.move import STAYED, Learner


class Examined(Protocol):
    """A model with a test set beside it."""

    def learn(self, feature_ids: NDArray[np.intp], label: int) -> None:
        """Learn one sample."""

    def right_answers(self) -> int:
        """How many samples of the test set the model labels rightly now."""


class ExaminedLearner:
    """A linear model whose scores of the test set move as its weights do.

    Args:
        learner: the model, which learns through `learn` alone from now on.
        test: the test set.
    """

    def __init__(self, learner: Learner, test: Samples) -> None:
        self._learner = learner
        self._columns = np.ascontiguousarray(test.features.T, dtype=np.float64)
        self._positive = test.labels == 1
        self._scores = learner.weights @ self._columns + learner.intercept
        self._right = self._count()

    def learn(self, feature_ids: NDArray[np.intp], label: int) -> None:
        """Learn one sample."""
        move = self._learner.learn(feature_ids, label)
        if move is STAYED:
            return
        gained = np.broadcast_to(move.weight, len(feature_ids))
        self._scores += gained @ self._columns[feature_ids] + move.intercept
        self._right = self._count()

    def right_answers(self) -> int:
        """How many samples of the test set the model labels rightly now."""
        return self._right

    def _count(self) -> int:
        return int(((self._scores > 0) == self._positive).sum())


def replay(model: Examined, samples: Samples, labels: NDArray[np.int8]) -> list[int]:
    """Right answers of the model as it is, then after each sample.

    Args:
        model: learns all samples.
        samples: what it learns, in order.
        labels: under which label it learns each of them.
    """
    rights = [model.right_answers()]
    for feature_ids, label in zip(samples.feature_ids, labels.tolist(), strict=True):
        model.learn(feature_ids, label)
        rights.append(model.right_answers())
    return rights
