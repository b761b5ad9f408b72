import json
from collections.abc import Callable

import pytest

from relayer.models import vectors
from relayer.models.classifier import Classifier, agrees, train
from relayer.models.dense_perceptron import DensePerceptron, DensePerceptronParameters
from relayer.models.errors import FeatureOutOfRangeError, ParameterError, SampleMalformedError
from relayer.models.nearest_centroid import NearestCentroid, NearestCentroidParameters
from relayer.models.snapshot import model_from_snapshot, snapshot_of
from relayer.models.sparse_multiclass_perceptron import (
    SparseMulticlassPerceptron,
    SparseMulticlassPerceptronParameters,
)
from relayer.models.sparse_nearest_centroid import (
    SparseNearestCentroid,
    SparseNearestCentroidParameters,
)

NORM = 1 << 40


def make_dense_perceptron() -> DensePerceptron:
    return DensePerceptron(DensePerceptronParameters(2, 5, 1, NORM), 3)


def make_nearest_centroid() -> NearestCentroid:
    return NearestCentroid(NearestCentroidParameters(2, 5, NORM), 3)


def make_sparse_centroid() -> SparseNearestCentroid:
    return SparseNearestCentroid(SparseNearestCentroidParameters(60, 5), 40, 3)


def make_multiclass() -> SparseMulticlassPerceptron:
    return SparseMulticlassPerceptron(SparseMulticlassPerceptronParameters(60, 5, 3), 40, 3)


MAKERS: list[Callable[[], Classifier]] = [
    make_dense_perceptron,
    make_nearest_centroid,
    make_sparse_centroid,
    make_multiclass,
]
LESSONS = [(0, (1, 2)), (2, (3, 9)), (1, (1, 9)), (2, (5, 6))]
QUERIES = [(1, 2), (3, 9), (0, 30), (7, 8)]


@pytest.mark.parametrize("make", MAKERS)
def test_model_survives_the_way_through_json_and_goes_on_learning(
    make: Callable[[], Classifier],
) -> None:
    model = make()
    for label, features in LESSONS:
        model.learn(label, features)
    published = json.loads(json.dumps(snapshot_of(model, ["a", "b", "c"], 7)))
    revived = model_from_snapshot(published)
    for each in (model, revived):
        each.learn(0, (4, 5))

    assert snapshot_of(revived, ["a", "b", "c"], 7) == snapshot_of(model, ["a", "b", "c"], 7)
    assert [revived.predict(query) for query in QUERIES] == [model.predict(q) for q in QUERIES]


@pytest.mark.parametrize("make", MAKERS)
def test_labels_without_data_never_win(make: Callable[[], Classifier]) -> None:
    model = make()
    assert model.predict((1, 2)) == 0
    model.learn(2, (1, 2))
    assert [model.predict(query) for query in QUERIES] == [2, 2, 2, 2]


def test_dense_perceptron_moves_two_labels_by_rounded_steps() -> None:
    model = DensePerceptron(DensePerceptronParameters(3, 3, 2, NORM), 3)
    model.learn(1, (5, 6, -6))
    assert model.weights == [[-1, -2, 1], [1, 2, -1], [0, 0, 0]]


def test_dense_perceptron_weights_end_at_their_limits() -> None:
    parameters = DensePerceptronParameters(2, 2, 0, 1 << 60)
    model = DensePerceptron(parameters, 2, [[30_000, -32_000], [-30_000, 32_000]], {0, 1})
    model.learn(0, (10_000, 32_767))
    assert model.weights == [[32_767, 767], [-32_767, -767]]


def test_nearest_centroid_does_not_round_its_means() -> None:
    model = NearestCentroid(NearestCentroidParameters(1, 3, NORM), 3)
    for number in (3, 4) * 100:
        model.learn(1, (number,))
    model.learn(2, (2,))
    assert model.predict((3,)) == 1  # 3.5 is nearer than 2
    assert model.sums[1] == [700]


def test_full_label_stops_learning() -> None:
    model = make_nearest_centroid()
    model.give(0, 65_535, (1, 1))
    model.learn(0, (100, 100))
    assert (model.counts[0], model.sums[0]) == (65_535, [65_535, 65_535])


def test_sparse_centroid_keeps_squared_norms() -> None:
    model = make_sparse_centroid()
    for features in ((1, 2), (1, 3), (1, 2)):
        model.learn(1, features)
    assert model.squared_norms == [0, 9 + 4 + 1, 0]


def test_multiclass_perceptron_weights_end_at_their_limits() -> None:
    model = SparseMulticlassPerceptron(SparseMulticlassPerceptronParameters(9, 2, 127), 9, 2)
    for label in (1, 0, 0, 0, 1, 1, 1):
        model.learn(label, (1, 2))
    weights = [weight for lanes in model.weights.values() for weight in lanes.values()]
    assert max(map(abs, weights)) == 127


def test_dense_models_take_samples_of_their_dimension_and_norm_only() -> None:
    model = NearestCentroid(NearestCentroidParameters(2, 3, 5_000), 3)
    assert model.fits(2, vectors.encode((50, -50)))
    assert not model.fits(2, vectors.encode((51, -50)))
    assert not model.fits(3, vectors.encode((50, -50)))
    assert not model.fits(0, vectors.encode((1, 2, 3)))
    assert not model.fits(0, b"\0\0\0")


def test_records_of_dense_samples_are_learnt_as_numbers() -> None:
    model = make_nearest_centroid()
    player = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
    head = bytes.fromhex(player[2:])
    sample = vectors.encode((-7, 5))
    records = head + (1).to_bytes(2, "big") + (4).to_bytes(2, "big") + sample
    assert train(model, records) == 1
    assert model.sums[1] == [-7, 5]
    assert agrees(model, records, 1) == 1


def test_vectors_survive_encoding_and_refuse_what_does_not_fit() -> None:
    numbers = (-32_768, -1, 0, 1, 32_767)
    assert vectors.decode(vectors.encode(numbers)) == numbers
    with pytest.raises(FeatureOutOfRangeError):
        vectors.encode([32_768])
    with pytest.raises(SampleMalformedError):
        vectors.decode(b"\0")


@pytest.mark.parametrize(
    "refused",
    [
        lambda: DensePerceptronParameters(4_097, 2, 0, 1),
        lambda: DensePerceptronParameters(16, 256, 0, 1),
        lambda: DensePerceptronParameters(160, 103, 0, 1),
        lambda: DensePerceptronParameters(16, 2, 16, 1),
        lambda: NearestCentroidParameters(4_096, 3, 1),
        lambda: NearestCentroidParameters(16, 2, 0),
        lambda: SparseNearestCentroidParameters(65_537, 2),
        lambda: SparseNearestCentroidParameters(1, 257),
        lambda: SparseMulticlassPerceptronParameters(1, 33, 1),
        lambda: SparseMulticlassPerceptronParameters(1, 2, 128),
        lambda: DensePerceptron(DensePerceptronParameters(2, 3, 0, 1), 4),
        lambda: DensePerceptron(DensePerceptronParameters(2, 3, 0, 1), 2, [[0, 0], [0, -32_768]]),
        lambda: NearestCentroid(NearestCentroidParameters(2, 3, 1), 2, [[0, 0]]),
    ],
)
def test_parameters_of_no_contract_are_refused(refused: Callable[[], object]) -> None:
    with pytest.raises(ParameterError):
        refused()
