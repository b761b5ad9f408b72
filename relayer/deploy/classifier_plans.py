"""Models that a plan may name, told apart by `kind`.

Their limits are those of the contracts, and their twins check them: `twin` is the model as it will
be before the public trains it. A bound says how far a model may ever grow; without one it grows
not. Models of some kinds may be given knowledge, by the names of labels. A model behind a service
has no twin: it is one of the plan's oracles.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Final, Literal, TypeVar

from pydantic import Field

from relayer.deploy.plan_parts import Int16, PlanPart, Whole
from relayer.deployment import ORACLE
from relayer.models.dense_perceptron import DensePerceptron, DensePerceptronParameters
from relayer.models.encoders import unit_norm_bound
from relayer.models.errors import ParameterError
from relayer.models.naive_bayes import NaiveBayes, NaiveBayesParameters
from relayer.models.nearest_centroid import (
    MAX_SAMPLES,
    NearestCentroid,
    NearestCentroidParameters,
)
from relayer.models.sparse_multiclass_perceptron import (
    SparseMulticlassPerceptron,
    SparseMulticlassPerceptronParameters,
)
from relayer.models.sparse_nearest_centroid import (
    SparseNearestCentroid,
    SparseNearestCentroidParameters,
)
from relayer.models.sparse_perceptron import SparsePerceptron, SparsePerceptronParameters

SPARSE: Final = "sparse-uint16"
DENSE: Final = "dense-int16"
#: What the bytes mean is between those who ask an oracle and its service.
BYTES: Final = "bytes"

Labels = Sequence[str]
Vector = tuple[Int16, ...]
Knowledge = TypeVar("Knowledge")


class NaiveBayesPlan(PlanPart):
    """A naive Bayes model over words hashed to 16 bits."""

    kind: Literal["naive-bayes"] = "naive-bayes"
    #: Measured: learns fast and forgives liars; see docs/explanation/models.md.
    inverse_alpha: int = 4
    vocabulary: int = 128
    label_bound: int | None = None

    def twin(self, labels: Labels) -> NaiveBayes:
        """The model when it is deployed; a ParameterError when it cannot be."""
        parameters = NaiveBayesParameters(
            _bound(self.label_bound, len(labels)), self.inverse_alpha, self.vocabulary
        )
        return NaiveBayes(parameters, len(labels))


class SparsePerceptronPlan(PlanPart):
    """A perceptron over numbered features with two labels; `weights` of the first features."""

    kind: Literal["sparse-perceptron"] = "sparse-perceptron"
    feature_count: int
    feature_bound: int | None = None
    intercept: int = 0
    learning_rate: int = 1
    weights: Vector = ()

    def twin(self, labels: Labels) -> SparsePerceptron:
        """The model when it is deployed; a ParameterError when it cannot be."""
        if len(labels) != SparsePerceptron.label_count:
            raise ParameterError("a sparse perceptron has exactly two labels")
        if len(self.weights) > self.feature_count:
            raise ParameterError("there are more weights than features")
        parameters = SparsePerceptronParameters(
            _bound(self.feature_bound, self.feature_count), self.intercept, self.learning_rate
        )
        rest = (0,) * (self.feature_count - len(self.weights))
        return SparsePerceptron(parameters, self.weights + rest)


class SparseMulticlassPerceptronPlan(PlanPart):
    """A perceptron over numbered features; by label the `weights` of the first features."""

    kind: Literal["sparse-multiclass-perceptron"] = "sparse-multiclass-perceptron"
    feature_count: int
    feature_bound: int | None = None
    label_bound: int | None = None
    learning_rate: int = 1
    weights: dict[str, Vector] = Field(default_factory=dict)

    def twin(self, labels: Labels) -> SparseMulticlassPerceptron:
        """The model when it is deployed; a ParameterError when it cannot be."""
        parameters = SparseMulticlassPerceptronParameters(
            _bound(self.feature_bound, self.feature_count),
            _bound(self.label_bound, len(labels)),
            self.learning_rate,
        )
        by_feature: dict[int, dict[int, int]] = {}
        for label, weights in _by_number(self.weights, labels).items():
            if len(weights) > self.feature_count:
                raise ParameterError("there are more weights than features")
            for feature, weight in enumerate(weights):
                if weight:
                    by_feature.setdefault(feature, {})[label] = weight
        taught = _by_number(self.weights, labels)
        return SparseMulticlassPerceptron(
            parameters, self.feature_count, len(labels), by_feature, taught
        )


class SparseNearestCentroidPlan(PlanPart):
    """A nearest centroid over numbered features."""

    kind: Literal["sparse-nearest-centroid"] = "sparse-nearest-centroid"
    feature_count: int
    feature_bound: int | None = None
    label_bound: int | None = None

    def twin(self, labels: Labels) -> SparseNearestCentroid:
        """The model when it is deployed; a ParameterError when it cannot be."""
        parameters = SparseNearestCentroidParameters(
            _bound(self.feature_bound, self.feature_count), _bound(self.label_bound, len(labels))
        )
        return SparseNearestCentroid(parameters, self.feature_count, len(labels))


class DensePerceptronPlan(PlanPart):
    """A perceptron over vectors; `weights` by label."""

    kind: Literal["dense-perceptron"] = "dense-perceptron"
    dimension: int
    label_bound: int | None = None
    #: A wrong prediction moves weights by the sample divided by 2 to this power.
    rate_shift: int = 4
    #: Most that the squares of a sample's numbers may add up to; else as for a `QuantisedVector`.
    max_squared_norm: Whole | None = None
    weights: dict[str, Vector] = Field(default_factory=dict)

    def twin(self, labels: Labels) -> DensePerceptron:
        """The model when it is deployed; a ParameterError when it cannot be."""
        parameters = DensePerceptronParameters(
            self.dimension,
            _bound(self.label_bound, len(labels)),
            self.rate_shift,
            _norm_bound(self.max_squared_norm, self.dimension),
        )
        given = _by_number(self.weights, labels)
        zeros = (0,) * self.dimension
        weights = [given.get(label, zeros) for label in range(len(labels))]
        return DensePerceptron(parameters, len(labels), weights, given)


class CentroidPlan(PlanPart):
    """A centroid as if `samples` samples equal to `mean` had been learnt."""

    samples: int = Field(ge=1, le=MAX_SAMPLES)
    mean: Vector


class NearestCentroidPlan(PlanPart):
    """A nearest centroid over vectors; `centroids` by label."""

    kind: Literal["nearest-centroid"] = "nearest-centroid"
    dimension: int
    label_bound: int | None = None
    #: Most that the squares of a sample's numbers may add up to; else as for a `QuantisedVector`.
    max_squared_norm: Whole | None = None
    centroids: dict[str, CentroidPlan] = Field(default_factory=dict)

    def twin(self, labels: Labels) -> NearestCentroid:
        """The model when it is deployed; a ParameterError when it cannot be."""
        parameters = NearestCentroidParameters(
            self.dimension,
            _bound(self.label_bound, len(labels)),
            _norm_bound(self.max_squared_norm, self.dimension),
        )
        given = _by_number(self.centroids, labels)
        nothing = CentroidPlan.model_construct(samples=0, mean=(0,) * self.dimension)
        centroids = [given.get(label, nothing) for label in range(len(labels))]
        sums = [[each.samples * number for number in each.mean] for each in centroids]
        return NearestCentroid(parameters, len(labels), sums, [each.samples for each in centroids])


class OracleModelPlan(PlanPart):
    """A model behind a service: the answers of one of the plan's oracles, which learns nothing."""

    kind: Literal["oracle"] = "oracle"
    #: The name of an oracle of the same plan, whose labels are the trainer's.
    oracle: str


def _bound(bound: int | None, size: int) -> int:
    return size if bound is None else bound


def _norm_bound(bound: int | None, dimension: int) -> int:
    return unit_norm_bound(max(dimension, 0)) if bound is None else bound


def _by_number(knowledge: Mapping[str, Knowledge], labels: Labels) -> dict[int, Knowledge]:
    strangers = knowledge.keys() - set(labels)
    if strangers:
        raise ParameterError(f"there is knowledge of {min(strangers)!r}, which is no label")
    return {labels.index(name): each for name, each in knowledge.items()}


#: Any model that learns on chain.
LearningPlan = (
    NaiveBayesPlan
    | SparsePerceptronPlan
    | SparseMulticlassPerceptronPlan
    | SparseNearestCentroidPlan
    | DensePerceptronPlan
    | NearestCentroidPlan
)
#: Any model.
ClassifierPlan = Annotated[LearningPlan | OracleModelPlan, Field(discriminator="kind")]

#: Forms of samples by kind of model.
ENCODINGS: Final = {
    NaiveBayes.kind: SPARSE,
    SparsePerceptron.kind: SPARSE,
    SparseMulticlassPerceptron.kind: SPARSE,
    SparseNearestCentroid.kind: SPARSE,
    DensePerceptron.kind: DENSE,
    NearestCentroid.kind: DENSE,
    ORACLE: BYTES,
}
