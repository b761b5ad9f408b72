"""A model at one block, in the form that `GET /v1/models/{trainer}` publishes.

naive-bayes: `docs` and `tokens` for each label, `counts` as `{feature: [[label, count], …]}`.
sparse-perceptron: `weights` for each feature, `feature_bound`, `intercept`, `learning_rate`.
The growing kinds (`relayer.models.growing_snapshot`): `parameters`, the sizes and what was learnt.
All name the labels and the block, so that a browser can predict without a node.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from relayer.models.classifier import Classifier
from relayer.models.errors import SnapshotError
from relayer.models.growing_snapshot import READERS, growing_state
from relayer.models.naive_bayes import NaiveBayes, NaiveBayesParameters
from relayer.models.sparse_perceptron import SparsePerceptron, SparsePerceptronParameters


def snapshot_of(model: Classifier, labels: Sequence[str], block_number: int) -> dict[str, Any]:
    """Write a model down as JSON values.

    Args:
        model: a twin with the knowledge of that block.
        labels: the labels' names, in order.
        block_number: the block.

    Raises:
        SnapshotError: there is not one name for each label, or the kind of model is unknown.
    """
    if len(labels) != model.label_count:
        raise SnapshotError(
            f"The model has {model.label_count} labels, the deployment names {len(labels)}. "
            "Correct the labels of the trainer in the deployment file."
        )
    head = {"kind": model.kind, "block_number": block_number, "labels": list(labels)}
    if isinstance(model, NaiveBayes):
        return {**head, **_naive_bayes_state(model)}
    if isinstance(model, SparsePerceptron):
        return {
            **head,
            "feature_bound": model.parameters.feature_bound,
            "weights": list(model.weights),
            "intercept": model.parameters.intercept,
            "learning_rate": model.parameters.learning_rate,
        }
    state = growing_state(model)
    if state is None:
        raise SnapshotError(f"A model of kind {model.kind} has no published form.")
    return {**head, **state}


def model_from_snapshot(snapshot: Mapping[str, Any]) -> Classifier:
    """Bring a published model back to life.

    Raises:
        SnapshotError: the JSON is not the snapshot of a model.
        ParameterError: no contract can have such parameters.
    """
    try:
        return _READERS[snapshot["kind"]](snapshot)
    except (KeyError, TypeError) as error:
        raise SnapshotError(
            f"The snapshot of the model cannot be read ({error!r}). Fetch it again."
        ) from error


def _naive_bayes_state(model: NaiveBayes) -> dict[str, Any]:
    return {
        "parameters": {
            "label_bound": model.parameters.label_bound,
            "inverse_alpha": model.parameters.inverse_alpha,
            "vocabulary": model.parameters.vocabulary,
        },
        "docs": list(model.docs),
        "tokens": list(model.tokens),
        "counts": {
            str(feature): sorted([label, count] for label, count in lanes.items())
            for feature, lanes in sorted(model.counts.items())
        },
    }


def _naive_bayes(snapshot: Mapping[str, Any]) -> NaiveBayes:
    parameters = NaiveBayesParameters(
        label_bound=snapshot["parameters"]["label_bound"],
        inverse_alpha=snapshot["parameters"]["inverse_alpha"],
        vocabulary=snapshot["parameters"]["vocabulary"],
    )
    counts = {int(feature): dict(lanes) for feature, lanes in snapshot["counts"].items()}
    labels = len(snapshot["labels"])
    return NaiveBayes(parameters, labels, snapshot["docs"], snapshot["tokens"], counts)


def _sparse_perceptron(snapshot: Mapping[str, Any]) -> SparsePerceptron:
    parameters = SparsePerceptronParameters(
        feature_bound=snapshot["feature_bound"],
        intercept=snapshot["intercept"],
        learning_rate=snapshot["learning_rate"],
    )
    return SparsePerceptron(parameters, snapshot["weights"])


_READERS: Final[dict[str, Callable[[Mapping[str, Any]], Classifier]]] = {
    "naive-bayes": _naive_bayes,
    "sparse-perceptron": _sparse_perceptron,
    **READERS,
}
