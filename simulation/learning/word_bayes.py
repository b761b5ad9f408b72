"""Naive Bayes over clue words in arrays: `relayer.models.naive_bayes` for many samples at once.

Scores are the contract's integers. A full count (255) stops growing, and so do its label's tokens.
Words have numbers of their own here; the model does not know how many there are beforehand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from relayer.models.fixed_log import fixed_log2
from relayer.models.naive_bayes import MAX_COUNT, NaiveBayesParameters

#: Score of a label without samples: below all others.
NEVER: Final = -(1 << 60)


class WordBayes:
    """The classifier, without knowledge at first.

    Args:
        parameters: what the contract is deployed with; it has all its labels from the start.
        words: how many words there are; theirs are the numbers below it.
    """

    def __init__(self, parameters: NaiveBayesParameters, words: int) -> None:
        labels = parameters.label_bound
        self.parameters = parameters
        self.labels = labels
        #: How often each word was seen with each label; the last row is no word.
        self.counts = np.zeros((words + 1, labels), dtype=np.int16)
        self.docs = [0] * labels
        self.tokens = [0] * labels
        alpha = parameters.inverse_alpha
        self._log_count = np.array([fixed_log2(alpha * n + 1) for n in range(MAX_COUNT + 1)])
        self._log_docs = np.full(labels, NEVER, dtype=np.int64)
        self._log_tokens = np.full(labels, fixed_log2(parameters.vocabulary), dtype=np.int64)

    def learn(self, label: int, words: Sequence[int]) -> int:
        """Count the words of one sample; returns how many of them nobody had used before."""
        new = 0
        for word in words:
            row = self.counts[word]
            new += not row.any()
            if row[label] < MAX_COUNT:
                row[label] += 1
                self.tokens[label] += 1
        self.docs[label] += 1
        alpha, vocabulary = self.parameters.inverse_alpha, self.parameters.vocabulary
        self._log_docs[label] = fixed_log2(self.docs[label] + 1)
        self._log_tokens[label] = fixed_log2(alpha * self.tokens[label] + vocabulary)
        return new

    def scores(self, samples: NDArray[np.intp]) -> NDArray[np.int64]:
        """The score of each label for each sample.

        Args:
            samples: a row of words for each, filled up with -1.
        """
        lengths = (samples >= 0).sum(axis=1)
        seen = self._log_count[self.counts[samples]].sum(axis=1)
        scores: NDArray[np.int64] = (
            self._log_docs + seen - lengths[:, np.newaxis] * self._log_tokens
        )
        return scores

    def predict(self, samples: NDArray[np.intp]) -> NDArray[np.intp]:
        """The best label for each sample; ties go to the lower one."""
        best: NDArray[np.intp] = self.scores(samples).argmax(axis=1)
        return best

    def ranks(self, samples: NDArray[np.intp], truths: NDArray[np.intp]) -> NDArray[np.intp]:
        """How many labels come before the true one; ties count in the order of the labels."""
        scores = self.scores(samples)
        own = scores[np.arange(len(truths)), truths][:, np.newaxis]
        before = np.arange(self.labels) < truths[:, np.newaxis]
        ranks: NDArray[np.intp] = ((scores > own) | ((scores == own) & before)).sum(axis=1)
        return ranks


def as_rows(samples: Sequence[Sequence[int]]) -> NDArray[np.intp]:
    """Samples of different lengths as rows of one length, filled up with -1."""
    width = max((len(sample) for sample in samples), default=1)
    rows = np.full((len(samples), width), -1, dtype=np.intp)
    for row, sample in zip(rows, samples, strict=True):
        row[: len(sample)] = sample
    return rows
