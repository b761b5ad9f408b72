"""The twin of `SparseMulticlassPerceptron.sol`: a perceptron for up to 32 labels.

score(c) = sum of the weights of the sample's features for label c. The best score among the labels
that were ever taught wins, ties go to the lower label (label 0 while none was taught). After a
wrong prediction the features' weights rise by the learning rate for the true label and fall by it
for the predicted one. Weights end at -127 and 127.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from relayer.models import samples
from relayer.models.classifier import features_in
from relayer.models.errors import ParameterError, SampleError

MAX_LABELS: Final = 32
MAX_FEATURES: Final = 1 << 16
MAX_WEIGHT: Final = 127
#: Weights in a storage word.
LANES: Final = 32


@dataclass(frozen=True)
class SparseMulticlassPerceptronParameters:
    """What the contract is deployed with.

    Raises:
        ParameterError: the contract could not be deployed with these.
    """

    feature_bound: int
    label_bound: int
    learning_rate: int

    def __post_init__(self) -> None:
        if not 1 <= self.feature_bound <= MAX_FEATURES:
            raise ParameterError(f"A model may grow to 1 to {MAX_FEATURES} features.")
        if not 2 <= self.label_bound <= MAX_LABELS:
            raise ParameterError(f"A model may grow to 2 to {MAX_LABELS} labels.")
        if not 1 <= self.learning_rate <= MAX_WEIGHT:
            raise ParameterError(f"The learning rate is 1 to {MAX_WEIGHT}.")

    @property
    def lanes_per_feature(self) -> int:
        """Lanes that a feature takes in storage: the power of two from the labels upwards."""
        return 1 << (self.label_bound - 1).bit_length()


class SparseMulticlassPerceptron:
    """The classifier; all weights are zero unless given.

    Args:
        parameters: what the contract was deployed with.
        feature_count: features that the model has now.
        label_count: labels that the model has now.
        weights: for each feature the labels for which it has a weight other than zero, with it.
        taught: labels that were ever taught.

    Raises:
        ParameterError: the model cannot have that many features or labels, or such weights.
    """

    kind: Final = "sparse-multiclass-perceptron"

    def __init__(
        self,
        parameters: SparseMulticlassPerceptronParameters,
        feature_count: int,
        label_count: int,
        weights: Mapping[int, Mapping[int, int]] | None = None,
        taught: Iterable[int] = (),
    ) -> None:
        if not 1 <= feature_count <= parameters.feature_bound:
            raise ParameterError(f"The model has 1 to {parameters.feature_bound} features.")
        if not 2 <= label_count <= parameters.label_bound:
            raise ParameterError(f"The model has 2 to {parameters.label_bound} labels.")
        self.parameters = parameters
        self.feature_count = feature_count
        self.label_count = label_count
        self.weights = {feature: dict(lanes) for feature, lanes in (weights or {}).items()}
        self.taught = set(taught)
        lanes = (weight for each in self.weights.values() for weight in each.values())
        if not all(abs(weight) <= MAX_WEIGHT for weight in lanes):
            raise ParameterError(f"A weight is -{MAX_WEIGHT} to {MAX_WEIGHT}.")

    def add_labels(self, count: int) -> None:
        """Grow by labels that were never taught."""
        self.label_count += count

    def add_features(self, count: int) -> None:
        """Grow by features."""
        self.feature_count += count

    def decode(self, sample: bytes) -> Sequence[int]:
        """The features of a sample."""
        return features_in(sample)

    def fits(self, label: int, sample: bytes) -> bool:
        """Whether the contract would learn from this sample and label."""
        try:
            samples.validate(sample, self.feature_count)
        except SampleError:
            return False
        return 0 <= label < self.label_count

    def learn(self, label: int, features: Sequence[int]) -> None:
        """Move the weights of one sample that fits, if it is predicted wrongly."""
        predicted = self.predict(features)
        self.taught.add(label)
        if predicted == label:
            return
        for feature in features:
            self._move(feature, label, self.parameters.learning_rate)
            self._move(feature, predicted, -self.parameters.learning_rate)

    def predict(self, features: Sequence[int]) -> int:
        """The taught label with the best score."""
        if not self.taught:
            return 0
        return max(sorted(self.taught), key=lambda label: self.score(label, features))

    def score(self, label: int, features: Sequence[int]) -> int:
        """The sum of the features' weights for a label."""
        return sum(self.weight(feature, label) for feature in features)

    def weight(self, feature: int, label: int) -> int:
        """One weight."""
        return self.weights.get(feature, {}).get(label, 0)

    def _move(self, feature: int, label: int, step: int) -> None:
        moved = min(max(self.weight(feature, label) + step, -MAX_WEIGHT), MAX_WEIGHT)
        lanes = self.weights.setdefault(feature, {})
        if moved:
            lanes[label] = moved
        else:
            lanes.pop(label, None)
