"""Naive Bayes in floats and without bounds: what becomes of a dataset off chain."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from relayer.models.naive_bayes import NaiveBayesParameters
from simulation.datasets.samples import Samples

_LABELS: Final = 2


class CountedNaiveBayes:
    """The model of `relayer.models.naive_bayes` for two labels, with exact logarithms.

    Args:
        parameters: its smoothing.
        feature_count: features of a sample.
    """

    def __init__(self, parameters: NaiveBayesParameters, feature_count: int) -> None:
        self._parameters = parameters
        self._counts = np.zeros((_LABELS, feature_count))
        self._docs = np.zeros(_LABELS)

    def learn(self, features: NDArray[np.uint8], labels: NDArray[np.int8]) -> None:
        """Count the words of some samples."""
        for label in range(_LABELS):
            of_label = features[labels == label]
            self._counts[label] += of_label.sum(axis=0)
            self._docs[label] += len(of_label)

    def accuracy(self, test: Samples) -> float:
        """Share of a test set that it labels rightly; without knowledge it says label 0."""
        if not self._docs.all():
            return float((test.labels == (self._docs[1] > 0)).mean())
        smoothed = self._parameters.inverse_alpha * self._counts + 1
        totals = self._parameters.inverse_alpha * self._counts.sum(axis=1)
        weights = np.log2(smoothed) - np.log2(totals + self._parameters.vocabulary)[:, None]
        scores = test.features @ weights.T + np.log2(self._docs + 1)
        return float(((scores[:, 1] > scores[:, 0]) == (test.labels == 1)).mean())
