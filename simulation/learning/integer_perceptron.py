"""Our perceptron over arrays: `relayer.models.sparse_perceptron`, which the contract agrees with.

Weights are integers of 16 bits that saturate; the intercept is fixed.
"""

import numpy as np
from numpy.typing import NDArray

from relayer.models.sparse_perceptron import (
    MAX_WEIGHT,
    MIN_WEIGHT,
    SparsePerceptron,
    SparsePerceptronParameters,
)
from simulation.learning.float_perceptron import FloatPerceptron
from simulation.learning.move import STAYED, Move


class IntegerPerceptron:
    """Our learner.

    Args:
        parameters: what the contract would be deployed with.
        weights: one for each feature; default: all 0.

    Raises:
        ParameterError: the contract could not be deployed with these.
    """

    def __init__(
        self,
        parameters: SparsePerceptronParameters,
        weights: NDArray[np.integer] | None = None,
    ) -> None:
        self.parameters = parameters
        self.weights = np.array(
            SparsePerceptron(parameters, None if weights is None else weights.tolist()).weights,
            dtype=np.int64,
        )

    @classmethod
    def rounded(cls, model: FloatPerceptron, learning_rate: int) -> "IntegerPerceptron":
        """A model of floats in the unit in which its next step is `learning_rate`.

        Raises:
            ParameterError: a weight has no place in 16 bits then.
        """
        unit = model.step / learning_rate
        weights = np.rint(model.weights / unit).astype(np.int64)
        intercept = round(model.intercept / unit)
        return cls(SparsePerceptronParameters(len(weights), intercept, learning_rate), weights)

    def twin(self) -> SparsePerceptron:
        """The same model as the contract's plain twin."""
        return SparsePerceptron(self.parameters, self.weights.tolist())

    @property
    def intercept(self) -> int:
        """The score of a sample without features."""
        return self.parameters.intercept

    def score(self, feature_ids: NDArray[np.intp]) -> int:
        """The intercept plus the weights of a sample's features."""
        return int(self.weights[feature_ids].sum()) + self.parameters.intercept

    def learn(self, feature_ids: NDArray[np.intp], label: int) -> Move:
        """Learn one sample and say how the weights moved."""
        if (self.score(feature_ids) > 0) == (label == 1):
            return STAYED
        step = self.parameters.learning_rate if label == 1 else -self.parameters.learning_rate
        before = self.weights[feature_ids]
        moved = before + step
        if moved.min() >= MIN_WEIGHT and moved.max() <= MAX_WEIGHT:
            self.weights[feature_ids] = moved
            return Move(step, 0)
        kept = moved.clip(MIN_WEIGHT, MAX_WEIGHT)
        self.weights[feature_ids] = kept
        return Move(kept - before, 0)
