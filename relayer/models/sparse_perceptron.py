"""The twin of `SparsePerceptron.sol`: a binary perceptron over sparse binary features.

score = intercept + sum of the weights of the features; label 1 if the score is positive, else 0.
A wrong prediction moves each of the sample's weights by the learning rate towards the label
(Rosenblatt 1958). Weights are int16 and saturate; the intercept is fixed. New features start at
zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from relayer.models import samples
from relayer.models.classifier import features_in
from relayer.models.errors import ParameterError, SampleError

MAX_FEATURES: Final = 4096
MIN_WEIGHT: Final = -(1 << 15)
MAX_WEIGHT: Final = (1 << 15) - 1


@dataclass(frozen=True)
class SparsePerceptronParameters:
    """What the contract is deployed with.

    Raises:
        ParameterError: the contract could not be deployed with these.
    """

    feature_bound: int
    intercept: int
    learning_rate: int

    def __post_init__(self) -> None:
        if not 1 <= self.feature_bound <= MAX_FEATURES:
            raise ParameterError(f"A model may grow to 1 to {MAX_FEATURES} features.")
        if not MIN_WEIGHT <= self.intercept <= MAX_WEIGHT:
            raise ParameterError("The intercept is a signed integer of 16 bits.")
        if not 1 <= self.learning_rate <= MAX_WEIGHT:
            raise ParameterError(f"The learning rate is 1 to {MAX_WEIGHT}.")


class SparsePerceptron:
    """The classifier; without weights it has all features that it may have, each of weight zero.

    Args:
        parameters: what the contract was deployed with.
        weights: one for each feature that the model has now.

    Raises:
        ParameterError: there is no weight or more than may be, or one beyond 16 bits.
    """

    kind: Final = "sparse-perceptron"
    label_count: Final = 2

    def __init__(
        self, parameters: SparsePerceptronParameters, weights: Sequence[int] | None = None
    ) -> None:
        self.parameters = parameters
        self.weights = list(weights if weights is not None else [0] * parameters.feature_bound)
        if not 1 <= len(self.weights) <= parameters.feature_bound:
            raise ParameterError(f"The model has 1 to {parameters.feature_bound} features.")
        if not all(MIN_WEIGHT <= weight <= MAX_WEIGHT for weight in self.weights):
            raise ParameterError("A weight is a signed integer of 16 bits.")

    @property
    def feature_count(self) -> int:
        """Number of features; valid features are below it."""
        return len(self.weights)

    def add_features(self, count: int) -> None:
        """Grow by features of weight zero."""
        self.weights += [0] * count

    def fits(self, label: int, sample: bytes) -> bool:
        """Whether the contract would learn from this sample and label."""
        try:
            samples.validate(sample, self.feature_count, max_features=self.feature_count)
        except SampleError:
            return False
        return 0 <= label < self.label_count

    def decode(self, sample: bytes) -> Sequence[int]:
        """The features of a sample."""
        return features_in(sample)

    def learn(self, label: int, features: Sequence[int]) -> None:
        """Move the weights of one sample that fits, if it is predicted wrongly."""
        if self.predict(features) == label:
            return
        step = self.parameters.learning_rate if label == 1 else -self.parameters.learning_rate
        for feature in features:
            moved = self.weights[feature] + step
            self.weights[feature] = min(max(moved, MIN_WEIGHT), MAX_WEIGHT)

    def score(self, features: Sequence[int]) -> int:
        """The intercept plus the weights of the features."""
        return self.parameters.intercept + sum(self.weights[feature] for feature in features)

    def predict(self, features: Sequence[int]) -> int:
        """Label 1 if the score is positive, else 0."""
        return 1 if self.score(features) > 0 else 0
