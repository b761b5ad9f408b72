"""The twin of `NaiveBayes.sol`: multinomial naive Bayes over hashed words, in integers.

score(c) = L(docs_c + 1) + sum of L(A * count + 1) over the features
           - features * L(A * tokens_c + V)

L is `fixed_log2`, A the inverse of the smoothing constant, V the vocabulary that it assumes. The
best score wins; ties go to the lower label. A full count (255) stops growing, and so do its tokens.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from relayer.models import samples
from relayer.models.classifier import features_in
from relayer.models.errors import ParameterError, SampleError
from relayer.models.fixed_log import fixed_log2

MAX_LABELS: Final = 256
MAX_COUNT: Final = 255
#: Score of a label without samples, as the contract gives it.
NEVER: Final = -(1 << 255)

_MAX_INVERSE_ALPHA: Final = 1 << 16
_MAX_VOCABULARY: Final = 1 << 32


@dataclass(frozen=True)
class NaiveBayesParameters:
    """What the contract is deployed with.

    Raises:
        ParameterError: the contract could not be deployed with these.
    """

    label_bound: int
    #: A: inverse of the smoothing constant.
    inverse_alpha: int
    #: V: vocabulary assumed by the smoothing.
    vocabulary: int

    def __post_init__(self) -> None:
        if not 2 <= self.label_bound <= MAX_LABELS:
            raise ParameterError(
                f"A model may grow to 2 to {MAX_LABELS} labels, not {self.label_bound}."
            )
        if not 1 <= self.inverse_alpha <= _MAX_INVERSE_ALPHA:
            raise ParameterError(f"The inverse alpha is 1 to 65536, not {self.inverse_alpha}.")
        if not 1 <= self.vocabulary <= _MAX_VOCABULARY:
            raise ParameterError(f"The vocabulary is 1 to 2^32, not {self.vocabulary}.")


class NaiveBayes:
    """The classifier; starts without knowledge unless given some.

    Args:
        parameters: what the contract was deployed with.
        label_count: labels that the model has now; None: all that it may have.
        docs: samples learnt for each label.
        tokens: words counted for each label.
        counts: for each feature the labels that it was seen with, and how often.

    Raises:
        ParameterError: more labels than the model may have, or statistics that do not fit them.
    """

    kind: Final = "naive-bayes"

    def __init__(
        self,
        parameters: NaiveBayesParameters,
        label_count: int | None = None,
        docs: Sequence[int] | None = None,
        tokens: Sequence[int] | None = None,
        counts: Mapping[int, Mapping[int, int]] | None = None,
    ) -> None:
        self.parameters = parameters
        labels = parameters.label_bound if label_count is None else label_count
        if not 2 <= labels <= parameters.label_bound:
            raise ParameterError(f"The model has 2 to {parameters.label_bound} labels.")
        self.docs = list(docs or [0] * labels)
        self.tokens = list(tokens or [0] * labels)
        if len(self.docs) != labels or len(self.tokens) != labels:
            raise ParameterError("A model has one number of samples and of words for each label.")
        self.counts = {feature: dict(lanes) for feature, lanes in (counts or {}).items()}

    @property
    def label_count(self) -> int:
        """Number of labels."""
        return len(self.docs)

    def add_labels(self, count: int) -> None:
        """Grow by labels without samples."""
        self.docs += [0] * count
        self.tokens += [0] * count

    def fits(self, label: int, sample: bytes) -> bool:
        """Whether the contract would learn from this sample and label."""
        try:
            samples.validate(sample)
        except SampleError:
            return False
        return 0 <= label < self.label_count

    def decode(self, sample: bytes) -> Sequence[int]:
        """The features of a sample."""
        return features_in(sample)

    def learn(self, label: int, features: Sequence[int]) -> None:
        """Count the words of one sample that fits."""
        for feature in features:
            lanes = self.counts.setdefault(feature, {})
            count = lanes.get(label, 0)
            if count < MAX_COUNT:
                lanes[label] = count + 1
                self.tokens[label] += 1
        self.docs[label] += 1

    def scores(self, features: Sequence[int]) -> list[int]:
        """The score of each label, in units of 2^-16 bits; `NEVER` for labels without samples."""
        scores = [self._base_score(label, len(features)) for label in range(self.label_count)]
        for feature in features:
            for label, count in self.counts.get(feature, {}).items():
                scores[label] += fixed_log2(self.parameters.inverse_alpha * count + 1)
        return scores

    def ranking(self, features: Sequence[int]) -> list[int]:
        """All labels, the best first; ties in the order of the labels."""
        scores = self.scores(features)
        return sorted(range(self.label_count), key=lambda label: (-scores[label], label))

    def predict(self, features: Sequence[int]) -> int:
        """The best label."""
        scores = self.scores(features)
        return scores.index(max(scores))

    def _base_score(self, label: int, feature_count: int) -> int:
        if not self.docs[label]:
            return NEVER
        parameters = self.parameters
        denominator = parameters.inverse_alpha * self.tokens[label] + parameters.vocabulary
        return fixed_log2(self.docs[label] + 1) - feature_count * fixed_log2(denominator)
