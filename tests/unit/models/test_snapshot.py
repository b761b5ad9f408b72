import json
from typing import Any

import pytest

from relayer.models.errors import SnapshotError
from relayer.models.naive_bayes import NaiveBayes, NaiveBayesParameters
from relayer.models.snapshot import model_from_snapshot, snapshot_of
from relayer.models.sparse_perceptron import SparsePerceptron, SparsePerceptronParameters


def make_naive_bayes() -> NaiveBayes:
    model = NaiveBayes(NaiveBayesParameters(2, 4, 128))
    model.learn(1, [7, 300])
    model.learn(0, [7])
    return model


def test_naive_bayes_snapshot_has_the_published_form() -> None:
    assert snapshot_of(make_naive_bayes(), ["cat", "dog"], 12) == {
        "kind": "naive-bayes",
        "block_number": 12,
        "labels": ["cat", "dog"],
        "parameters": {"label_bound": 2, "inverse_alpha": 4, "vocabulary": 128},
        "docs": [1, 1],
        "tokens": [1, 2],
        "counts": {"7": [[0, 1], [1, 1]], "300": [[1, 1]]},
    }


def test_perceptron_snapshot_has_the_published_form() -> None:
    model = SparsePerceptron(SparsePerceptronParameters(5, -5, 2), [1, -2, 3])
    assert snapshot_of(model, ["ham", "spam"], 3) == {
        "kind": "sparse-perceptron",
        "block_number": 3,
        "labels": ["ham", "spam"],
        "feature_bound": 5,
        "weights": [1, -2, 3],
        "intercept": -5,
        "learning_rate": 2,
    }


def test_model_survives_the_way_through_json_and_goes_on_learning() -> None:
    model = make_naive_bayes()
    published = json.loads(json.dumps(snapshot_of(model, ["cat", "dog"], 12)))

    revived = model_from_snapshot(published)
    for each in (model, revived):
        each.learn(1, [7, 9])

    assert isinstance(revived, NaiveBayes)
    assert revived.scores([7, 9, 300]) == model.scores([7, 9, 300])


def test_perceptron_survives_the_way_through_json() -> None:
    model = SparsePerceptron(SparsePerceptronParameters(4, -5, 2), [1, -2, 9])
    revived = model_from_snapshot(json.loads(json.dumps(snapshot_of(model, ["ham", "spam"], 1))))
    assert isinstance(revived, SparsePerceptron)
    assert (revived.weights, revived.parameters) == (model.weights, model.parameters)


def test_snapshot_needs_one_name_for_each_label() -> None:
    with pytest.raises(SnapshotError, match="2 labels"):
        snapshot_of(make_naive_bayes(), ["cat"], 1)


@pytest.mark.parametrize("broken", [{}, {"kind": "oracle"}, {"kind": "naive-bayes"}])
def test_json_that_is_no_snapshot_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(SnapshotError):
        model_from_snapshot(broken)
