"""The twin of `SparseNearestCentroid.sol`: nearest centroid over sparse binary features.

A sample is a point with a one for each of its features and a zero elsewhere. The label with the
least squared Euclidean distance to the mean of its samples wins, ties go to the lower label; labels
without samples never win, unless none has any. A label stops learning at 65,535 samples.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from relayer.models import samples
from relayer.models.classifier import features_in
from relayer.models.errors import ParameterError, SampleError
from relayer.models.nearest_centroid import MAX_SAMPLES

MAX_LABELS: Final = 256
MAX_FEATURES: Final = 1 << 16
#: Counts in a storage word.
LANES: Final = 16


@dataclass(frozen=True)
class SparseNearestCentroidParameters:
    """What the contract is deployed with.

    Raises:
        ParameterError: the contract could not be deployed with these.
    """

    feature_bound: int
    label_bound: int

    def __post_init__(self) -> None:
        if not 1 <= self.feature_bound <= MAX_FEATURES:
            raise ParameterError(f"A model may grow to 1 to {MAX_FEATURES} features.")
        if not 2 <= self.label_bound <= MAX_LABELS:
            raise ParameterError(f"A model may grow to 2 to {MAX_LABELS} labels.")

    @property
    def lanes_per_feature(self) -> int:
        """Lanes that a feature takes in storage: a power of two, or a multiple of a word's."""
        if self.label_bound > LANES:
            return -(-self.label_bound // LANES) * LANES
        return 1 << (self.label_bound - 1).bit_length()


class SparseNearestCentroid:
    """The classifier; starts without samples unless given some.

    Args:
        parameters: what the contract was deployed with.
        feature_count: features that the model has now.
        label_count: labels that the model has now.
        counts: for each feature the labels that it was seen with, and in how many samples.
        sample_counts: for each label the number of its samples.

    Raises:
        ParameterError: the model cannot have that many features or labels.
    """

    kind: Final = "sparse-nearest-centroid"

    def __init__(
        self,
        parameters: SparseNearestCentroidParameters,
        feature_count: int,
        label_count: int,
        counts: Mapping[int, Mapping[int, int]] | None = None,
        sample_counts: Sequence[int] | None = None,
    ) -> None:
        if not 1 <= feature_count <= parameters.feature_bound:
            raise ParameterError(f"The model has 1 to {parameters.feature_bound} features.")
        if not 2 <= label_count <= parameters.label_bound:
            raise ParameterError(f"The model has 2 to {parameters.label_bound} labels.")
        self.parameters = parameters
        self.feature_count = feature_count
        self.counts = {feature: dict(lanes) for feature, lanes in (counts or {}).items()}
        self.sample_counts = list(sample_counts or [0] * label_count)
        if len(self.sample_counts) != label_count:
            raise ParameterError("A model has one number of samples for each label.")
        self.squared_norms = [0] * label_count
        for lanes in self.counts.values():
            for label, count in lanes.items():
                self.squared_norms[label] += count * count

    @property
    def label_count(self) -> int:
        """Number of labels."""
        return len(self.sample_counts)

    def add_labels(self, count: int) -> None:
        """Grow by labels without samples."""
        self.sample_counts += [0] * count
        self.squared_norms += [0] * count

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
        """Count one sample that fits, unless its label is full."""
        if self.sample_counts[label] == MAX_SAMPLES:
            return
        for feature in features:
            lanes = self.counts.setdefault(feature, {})
            count = lanes.get(label, 0)
            self.squared_norms[label] += 2 * count + 1
            lanes[label] = count + 1
        self.sample_counts[label] += 1

    def predict(self, features: Sequence[int]) -> int:
        """The label whose centroid is nearest."""
        candidates = [label for label, count in enumerate(self.sample_counts) if count]
        return min(candidates, key=lambda label: self.distance(label, features), default=0)

    def distance(self, label: int, features: Sequence[int]) -> Fraction:
        """The squared distance to a label's centroid, without the squared norm of the sample.

        Raises:
            ZeroDivisionError: the label has no samples.
        """
        count = self.sample_counts[label]
        product = sum(self.counts.get(feature, {}).get(label, 0) for feature in features)
        return Fraction(self.squared_norms[label] - 2 * count * product, count * count)
