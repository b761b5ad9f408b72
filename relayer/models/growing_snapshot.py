"""Published forms of the growing models, and the way back.

dense-perceptron: `weights` for each label, `taught` labels.
nearest-centroid: `sums` and `counts` for each label.
sparse-nearest-centroid: `sample_counts` for each label, `counts` as
`{feature: [[label, count], …]}`.
sparse-multiclass-perceptron: `taught` labels, `weights` as `{feature: [[label, weight], …]}`.
All have `parameters`, the sparse ones `feature_count`. The bound of a squared norm is text, since
it may be beyond what a number of JavaScript holds.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from relayer.models.classifier import Classifier
from relayer.models.dense_perceptron import DensePerceptron, DensePerceptronParameters
from relayer.models.nearest_centroid import NearestCentroid, NearestCentroidParameters
from relayer.models.sparse_multiclass_perceptron import (
    SparseMulticlassPerceptron,
    SparseMulticlassPerceptronParameters,
)
from relayer.models.sparse_nearest_centroid import (
    SparseNearestCentroid,
    SparseNearestCentroidParameters,
)

_Lanes = Mapping[int, Mapping[int, int]]


def growing_state(model: Classifier) -> dict[str, Any] | None:
    """What a snapshot says of a growing model beside its head; None for other kinds."""
    if isinstance(model, DensePerceptron):
        return _dense_perceptron_state(model)
    if isinstance(model, NearestCentroid):
        return _nearest_centroid_state(model)
    if isinstance(model, SparseNearestCentroid):
        return _sparse_nearest_centroid_state(model)
    if isinstance(model, SparseMulticlassPerceptron):
        return _sparse_multiclass_perceptron_state(model)
    return None


def _dense_perceptron_state(model: DensePerceptron) -> dict[str, Any]:
    return {
        "parameters": {
            "dimension": model.parameters.dimension,
            "label_bound": model.parameters.label_bound,
            "rate_shift": model.parameters.rate_shift,
            "max_squared_norm": str(model.parameters.max_squared_norm),
        },
        "weights": [list(vector) for vector in model.weights],
        "taught": sorted(model.taught),
    }


def _dense_perceptron(snapshot: Mapping[str, Any]) -> DensePerceptron:
    parameters = DensePerceptronParameters(
        dimension=snapshot["parameters"]["dimension"],
        label_bound=snapshot["parameters"]["label_bound"],
        rate_shift=snapshot["parameters"]["rate_shift"],
        max_squared_norm=int(snapshot["parameters"]["max_squared_norm"]),
    )
    labels = len(snapshot["labels"])
    return DensePerceptron(parameters, labels, snapshot["weights"], snapshot["taught"])


def _nearest_centroid_state(model: NearestCentroid) -> dict[str, Any]:
    return {
        "parameters": {
            "dimension": model.parameters.dimension,
            "label_bound": model.parameters.label_bound,
            "max_squared_norm": str(model.parameters.max_squared_norm),
        },
        "sums": [list(vector) for vector in model.sums],
        "counts": list(model.counts),
    }


def _nearest_centroid(snapshot: Mapping[str, Any]) -> NearestCentroid:
    parameters = NearestCentroidParameters(
        dimension=snapshot["parameters"]["dimension"],
        label_bound=snapshot["parameters"]["label_bound"],
        max_squared_norm=int(snapshot["parameters"]["max_squared_norm"]),
    )
    labels = len(snapshot["labels"])
    return NearestCentroid(parameters, labels, snapshot["sums"], snapshot["counts"])


def _sparse_nearest_centroid_state(model: SparseNearestCentroid) -> dict[str, Any]:
    return {
        "parameters": {
            "feature_bound": model.parameters.feature_bound,
            "label_bound": model.parameters.label_bound,
        },
        "feature_count": model.feature_count,
        "sample_counts": list(model.sample_counts),
        "counts": _pairs(model.counts),
    }


def _sparse_nearest_centroid(snapshot: Mapping[str, Any]) -> SparseNearestCentroid:
    return SparseNearestCentroid(
        SparseNearestCentroidParameters(**snapshot["parameters"]),
        snapshot["feature_count"],
        len(snapshot["labels"]),
        _lanes(snapshot["counts"]),
        snapshot["sample_counts"],
    )


def _sparse_multiclass_perceptron_state(model: SparseMulticlassPerceptron) -> dict[str, Any]:
    return {
        "parameters": {
            "feature_bound": model.parameters.feature_bound,
            "label_bound": model.parameters.label_bound,
            "learning_rate": model.parameters.learning_rate,
        },
        "feature_count": model.feature_count,
        "taught": sorted(model.taught),
        "weights": _pairs(model.weights),
    }


def _sparse_multiclass_perceptron(snapshot: Mapping[str, Any]) -> SparseMulticlassPerceptron:
    return SparseMulticlassPerceptron(
        SparseMulticlassPerceptronParameters(**snapshot["parameters"]),
        snapshot["feature_count"],
        len(snapshot["labels"]),
        _lanes(snapshot["weights"]),
        snapshot["taught"],
    )


def _pairs(values: _Lanes) -> dict[str, list[list[int]]]:
    return {
        str(feature): sorted([label, value] for label, value in lanes.items())
        for feature, lanes in sorted(values.items())
        if lanes
    }


def _lanes(pairs: Mapping[str, Any]) -> dict[int, dict[int, int]]:
    return {int(feature): dict(each) for feature, each in pairs.items()}


#: By kind of model.
READERS: Final[dict[str, Callable[[Mapping[str, Any]], Classifier]]] = {
    DensePerceptron.kind: _dense_perceptron,
    NearestCentroid.kind: _nearest_centroid,
    SparseNearestCentroid.kind: _sparse_nearest_centroid,
    SparseMulticlassPerceptron.kind: _sparse_multiclass_perceptron,
}
