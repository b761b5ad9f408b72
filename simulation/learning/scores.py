"""The scores of contributions under a model that keeps learning, without asking it again.

When a sample moves the weights by a step, the score of every other one moves by that step times the
number of features that both have; those are counted in packed bits.
"""

import numpy as np
from numpy.typing import NDArray

from simulation.datasets.samples import Samples
from simulation.learning.move import STAYED, Learner, Move


class Scores:
    """Scores of samples that are learnt in order; sample `n` has one once it was learnt.

    Args:
        learner: the model, which learns through `learn` alone.
        samples: what it learns.
    """

    def __init__(self, learner: Learner, samples: Samples) -> None:
        self.learner = learner
        self._samples = samples
        self._packed = _packed(samples.features)
        self._scores = np.zeros(len(samples))

    def learn(self, index: int, label: int, first: int) -> Move:
        """Learn a sample under a label; scores from number `first` on stay right."""
        feature_ids = self._samples.feature_ids[index]
        move = self.learner.learn(feature_ids, label)
        self._scores[index] = self.learner.score(feature_ids)
        if move is STAYED or index <= first:
            return move
        if isinstance(move.weight, np.ndarray):
            for each in range(first, index):
                self._scores[each] = self.learner.score(self._samples.feature_ids[each])
        else:
            shared = np.bitwise_count(self._packed[:, first:index] & self._packed[:, index, None])
            count = shared.sum(axis=0, dtype=np.uint16).astype(np.float64)
            self._scores[first:index] += move.weight * count + move.intercept
        return move

    def positive(self, first: int, stop: int) -> NDArray[np.bool_]:
        """Whether the model says label 1, for samples from `first` up to, but without, `stop`."""
        return self._scores[first:stop] > 0


def _packed(features: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Words of 64 features (rows) for each sample (column)."""
    octets = np.packbits(features, axis=1)
    whole = np.pad(octets, ((0, 0), (0, -octets.shape[1] % 8)))
    return np.ascontiguousarray(whole.view(np.uint64).T)
