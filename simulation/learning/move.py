"""What a learner's weights did when it was shown a sample."""

from typing import Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray


class Move(NamedTuple):
    """How the weights of one sample's features moved.

    Attributes:
        weight: by how much each of them moved, 0 if the sample was predicted rightly; one amount
            for each where one of them reached its bound on the way.
        intercept: by how much the intercept moved.
    """

    weight: float | NDArray[np.integer]
    intercept: float


STAYED: Final = Move(0, 0)


class Learner(Protocol):
    """A linear model of two labels over binary features: label 1 if the score is positive."""

    @property
    def weights(self) -> NDArray[np.floating | np.integer]:
        """One weight for each feature."""

    @property
    def intercept(self) -> float:
        """The score of a sample without features."""

    def score(self, feature_ids: NDArray[np.intp]) -> float:
        """The intercept plus the weights of a sample's features."""

    def learn(self, feature_ids: NDArray[np.intp], label: int) -> Move:
        """Learn one sample and say how the weights moved."""
