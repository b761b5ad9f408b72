"""Naive Bayes over arrays: `relayer.models.naive_bayes` for two labels, with a test set beside it.

The scores of the whole test set are kept, as the twin's integers, and move with each sample that is
learnt, so that examining a model after every contribution costs little more than teaching it.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from relayer.models.fixed_log import fixed_log2
from relayer.models.naive_bayes import MAX_COUNT, NaiveBayesParameters
from simulation.datasets.samples import Samples

_LABELS: Final = 2


class ExaminedNaiveBayes:
    """A model without knowledge, and what it answers in a test.

    Args:
        parameters: what the contract would be deployed with, for two labels.
        test: the test set.
        max_count: where a count stops growing; the contract's by default.
    """

    def __init__(
        self, parameters: NaiveBayesParameters, test: Samples, *, max_count: int = MAX_COUNT
    ) -> None:
        self._parameters = parameters
        self._logs = np.array(
            [fixed_log2(parameters.inverse_alpha * count + 1) for count in range(max_count + 1)],
            dtype=np.float64,
        )
        self._max_count = max_count
        self._counts = np.zeros((_LABELS, test.feature_count), dtype=np.int64)
        self._docs = [0] * _LABELS
        self._tokens = [0] * _LABELS
        self._columns = np.ascontiguousarray(test.features.T, dtype=np.float64)
        self._sizes = test.features.sum(axis=1, dtype=np.int64)
        self._positive = test.labels == 1
        self._evidence = np.zeros((_LABELS, len(test)))

    def learn(self, feature_ids: NDArray[np.intp], label: int) -> None:
        """Count the words of one sample."""
        counts = self._counts[label]
        growing = feature_ids[counts[feature_ids] < self._max_count]
        before = counts[growing]
        gained = self._logs[before + 1] - self._logs[before]
        counts[growing] += 1
        self._evidence[label] += gained @ self._columns[growing]
        self._tokens[label] += len(growing)
        self._docs[label] += 1

    def right_answers(self) -> int:
        """How many samples of the test set the model labels rightly now."""
        if not self._docs[1]:
            return int((~self._positive).sum())
        if not self._docs[0]:
            return int(self._positive.sum())
        scores = [self._base(label) + self._evidence[label] for label in range(_LABELS)]
        return int(((scores[1] > scores[0]) == self._positive).sum())

    def _base(self, label: int) -> NDArray[np.int64]:
        parameters = self._parameters
        denominator = parameters.inverse_alpha * self._tokens[label] + parameters.vocabulary
        base: NDArray[np.int64] = -self._sizes * fixed_log2(denominator)
        return base + fixed_log2(self._docs[label] + 1)
