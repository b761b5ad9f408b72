"""The twin of `DensePerceptron.sol`: a multi-class perceptron over dense vectors.

score(c) = sum of weight times number, in exact integers. The best score among the labels that were
ever taught wins, ties go to the lower label (label 0 while none was taught). After a wrong
prediction the weights of the true label move by the sample divided by 2^rate_shift, rounded to the
nearest integer (halves upwards), and those of the predicted one by as much the other way. Weights
end at -32,767 and 32,767.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from relayer.models import vectors
from relayer.models.errors import ParameterError

MAX_LABELS: Final = 255
#: Storage words of all vectors together.
MAX_WORDS: Final = 1_024
MAX_WEIGHT: Final = (1 << 15) - 1
MAX_RATE_SHIFT: Final = 15

_LANE_BYTES: Final = 2


@dataclass(frozen=True)
class DensePerceptronParameters:
    """What the contract is deployed with.

    Raises:
        ParameterError: the contract could not be deployed with these.
    """

    dimension: int
    label_bound: int
    rate_shift: int
    #: Most that the squares of a sample's numbers may add up to.
    max_squared_norm: int

    def __post_init__(self) -> None:
        check_dense(self.dimension, self.label_bound, self.max_squared_norm, _LANE_BYTES)
        if not 0 <= self.rate_shift <= MAX_RATE_SHIFT:
            raise ParameterError(f"The rate shift is 0 to {MAX_RATE_SHIFT}.")


def check_dense(dimension: int, label_bound: int, max_squared_norm: int, lane_bytes: int) -> None:
    """Check what all models over dense vectors are deployed with.

    Raises:
        ParameterError: the contract could not be deployed with these.
    """
    if not 1 <= dimension <= vectors.MAX_DIMENSION:
        raise ParameterError(f"A sample has 1 to {vectors.MAX_DIMENSION} dimensions.")
    if not 2 <= label_bound <= MAX_LABELS:
        raise ParameterError(f"A model may grow to 2 to {MAX_LABELS} labels.")
    if label_bound * vectors.words_for(dimension, lane_bytes) > MAX_WORDS:
        raise ParameterError(f"All vectors together take {MAX_WORDS} storage words at most.")
    if not 1 <= max_squared_norm < 1 << 256:
        raise ParameterError("The squared norm of samples has a positive bound.")


class DensePerceptron:
    """The classifier; all weights are zero unless given.

    Args:
        parameters: what the contract was deployed with.
        label_count: labels that the model has now.
        weights: one vector for each label.
        taught: labels that were ever taught.

    Raises:
        ParameterError: more labels than the model may have, or vectors that do not fit it.
    """

    kind: Final = "dense-perceptron"

    def __init__(
        self,
        parameters: DensePerceptronParameters,
        label_count: int,
        weights: Sequence[Sequence[int]] | None = None,
        taught: Iterable[int] = (),
    ) -> None:
        if not 2 <= label_count <= parameters.label_bound:
            raise ParameterError(f"The model has 2 to {parameters.label_bound} labels.")
        dimension = parameters.dimension
        self.parameters = parameters
        self.weights = [list(vector) for vector in weights or [[0] * dimension] * label_count]
        self.taught = set(taught)
        if len(self.weights) != label_count or any(len(each) != dimension for each in self.weights):
            raise ParameterError("A model has one weight for each label and dimension.")
        if not all(abs(weight) <= MAX_WEIGHT for each in self.weights for weight in each):
            raise ParameterError(f"A weight is -{MAX_WEIGHT} to {MAX_WEIGHT}.")

    @property
    def label_count(self) -> int:
        """Number of labels."""
        return len(self.weights)

    def add_labels(self, count: int) -> None:
        """Grow by labels that were never taught."""
        self.weights += [[0] * self.parameters.dimension for _ in range(count)]

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
        """Move the weights for one sample that fits, if it is predicted wrongly."""
        predicted = self.predict(features)
        self.taught.add(label)
        if predicted == label:
            return
        steps = [self._divided(number) for number in features]
        self._move(label, steps)
        self._move(predicted, [-step for step in steps])

    def predict(self, features: Sequence[int]) -> int:
        """The taught label with the best score."""
        if not self.taught:
            return 0
        return max(sorted(self.taught), key=lambda label: self.score(label, features))

    def score(self, label: int, features: Sequence[int]) -> int:
        """The scalar product of a label's weights with a sample."""
        pairs = zip(self.weights[label], features, strict=True)
        return sum(weight * number for weight, number in pairs)

    def _divided(self, number: int) -> int:
        shift = self.parameters.rate_shift
        return (number + ((1 << shift) >> 1)) >> shift

    def _move(self, label: int, steps: Sequence[int]) -> None:
        self.weights[label] = [
            min(max(weight + step, -MAX_WEIGHT), MAX_WEIGHT)
            for weight, step in zip(self.weights[label], steps, strict=True)
        ]
