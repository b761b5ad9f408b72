"""The averaged perceptron (Freund and Schapire 1999): predicts with the mean of all past weights.

It learns as the learner that it watches, and is less nervous. Keeping the mean takes a second set
of weights and a step for each of them, so no contract does; it shows what there is to gain.
"""

import numpy as np
from numpy.typing import NDArray

from simulation.learning.move import STAYED, Learner, Move


class AveragedPerceptron:
    """Watches a learner and keeps the mean of its weights after each sample.

    Args:
        learner: what learns.
    """

    def __init__(self, learner: Learner) -> None:
        self.learner = learner
        self._samples = 0
        #: Each weight's moves, times the number of samples that came before the move.
        self._late = np.zeros(len(learner.weights))
        self._late_intercept = 0.0

    @property
    def weights(self) -> NDArray[np.floating]:
        """The mean of each weight; the weight itself before the first sample."""
        return self.learner.weights - self._late / max(self._samples, 1)

    @property
    def intercept(self) -> float:
        """The mean of the intercept."""
        return self.learner.intercept - self._late_intercept / max(self._samples, 1)

    def score(self, feature_ids: NDArray[np.intp]) -> float:
        """The mean intercept plus the mean weights of a sample's features."""
        return float(self.weights[feature_ids].sum()) + self.intercept

    def learn(self, feature_ids: NDArray[np.intp], label: int) -> Move:
        """Let the learner learn one sample; returns how *its* weights moved."""
        move = self.learner.learn(feature_ids, label)
        self.note(feature_ids, move)
        return move

    def note(self, feature_ids: NDArray[np.intp], move: Move) -> None:
        """The learner has learnt one sample."""
        if move is not STAYED:
            self._late[feature_ids] += move.weight * self._samples
            self._late_intercept += move.intercept * self._samples
        self._samples += 1
