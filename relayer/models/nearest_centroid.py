"""The twin of `NearestCentroid.sol`: nearest centroid over dense vectors.

The label with the least squared Euclidean distance to the mean of its samples wins, ties go to the
lower label; labels without samples never win, unless none has any. Sums and numbers of samples are
kept and distances compared as exact fractions, so that nothing is ever rounded. A label stops
learning at 65,535 samples.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from relayer.models import vectors
from relayer.models.dense_perceptron import check_dense
from relayer.models.errors import ParameterError

#: Samples that a label learns.
MAX_SAMPLES: Final = (1 << 16) - 1

_LANE_BYTES: Final = 4


@dataclass(frozen=True)
class NearestCentroidParameters:
    """What the contract is deployed with.

    Raises:
        ParameterError: the contract could not be deployed with these.
    """

    dimension: int
    label_bound: int
    #: Most that the squares of a sample's numbers may add up to.
    max_squared_norm: int

    def __post_init__(self) -> None:
        check_dense(self.dimension, self.label_bound, self.max_squared_norm, _LANE_BYTES)


class NearestCentroid:
    """The classifier; starts without samples unless given some.

    Args:
        parameters: what the contract was deployed with.
        label_count: labels that the model has now.
        sums: for each label the sum of its samples.
        counts: for each label the number of its samples.

    Raises:
        ParameterError: more labels than the model may have, or sums that do not fit it.
    """

    kind: Final = "nearest-centroid"

    def __init__(
        self,
        parameters: NearestCentroidParameters,
        label_count: int,
        sums: Sequence[Sequence[int]] | None = None,
        counts: Sequence[int] | None = None,
    ) -> None:
        if not 2 <= label_count <= parameters.label_bound:
            raise ParameterError(f"The model has 2 to {parameters.label_bound} labels.")
        dimension = parameters.dimension
        self.parameters = parameters
        self.sums = [list(vector) for vector in sums or [[0] * dimension] * label_count]
        self.counts = list(counts or [0] * label_count)
        if len(self.sums) != label_count or any(len(each) != dimension for each in self.sums):
            raise ParameterError("A model has one sum for each label and dimension.")
        if len(self.counts) != label_count or not all(0 <= n <= MAX_SAMPLES for n in self.counts):
            raise ParameterError(f"A label has 0 to {MAX_SAMPLES} samples.")

    @property
    def label_count(self) -> int:
        """Number of labels."""
        return len(self.sums)

    def add_labels(self, count: int) -> None:
        """Grow by labels without samples."""
        self.sums += [[0] * self.parameters.dimension for _ in range(count)]
        self.counts += [0] * count

    def give(self, label: int, count: int, mean: Sequence[int]) -> None:
        """Give a label a centroid as the contract's `initialize` does."""
        self.sums[label] = [count * number for number in mean]
        self.counts[label] = count

    def decode(self, sample: bytes) -> Sequence[int]:
        """The numbers of a sample."""
        return vectors.decode(sample)

    def fits(self, label: int, sample: bytes) -> bool:
        """Whether the contract would learn from this sample and label."""
        if len(sample) != vectors.NUMBER_BYTES * self.parameters.dimension:
            return False
        norm = vectors.squared_norm(vectors.decode(sample))
        return norm <= self.parameters.max_squared_norm and 0 <= label < self.label_count

    def learn(self, label: int, features: Sequence[int]) -> None:
        """Add one sample that fits to its label's sum, unless the label is full."""
        if self.counts[label] == MAX_SAMPLES:
            return
        pairs = zip(self.sums[label], features, strict=True)
        self.sums[label] = [total + number for total, number in pairs]
        self.counts[label] += 1

    def predict(self, features: Sequence[int]) -> int:
        """The label whose centroid is nearest."""
        candidates = [label for label, count in enumerate(self.counts) if count]
        return min(candidates, key=lambda label: self.distance(label, features), default=0)

    def distance(self, label: int, features: Sequence[int]) -> Fraction:
        """The squared distance to a label's centroid, without the squared norm of the sample.

        Raises:
            ZeroDivisionError: the label has no samples.
        """
        count, sums = self.counts[label], self.sums[label]
        product = sum(total * number for total, number in zip(sums, features, strict=True))
        return Fraction(vectors.squared_norm(sums) - 2 * count * product, count * count)
