"""Growing contracts and their twins agree bit for bit: on data, on growth, read from storage."""

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from relayer.chain.wire import Record
from relayer.models import samples, vectors
from relayer.models.classifier import Classifier, GrowsFeatures, GrowsLabels
from relayer.models.dense_perceptron import DensePerceptron, DensePerceptronParameters
from relayer.models.growing_reading import CONTRACTS, READERS
from relayer.models.growing_snapshot import growing_state
from relayer.models.nearest_centroid import NearestCentroid, NearestCentroidParameters
from relayer.models.sparse_multiclass_perceptron import (
    SparseMulticlassPerceptron,
    SparseMulticlassPerceptronParameters,
)
from relayer.models.sparse_nearest_centroid import (
    SparseNearestCentroid,
    SparseNearestCentroidParameters,
)
from tests.chain import Anvil
from tests.property.classifier_on_chain import ClassifierOnChain
from tests.property.test_classifier_twins import EXAMPLES, PLAYER, assert_same_history

FEATURES = 40
ANY_NORM = (1 << 256) - 1

number = st.integers(-(1 << 15), (1 << 15) - 1) | st.sampled_from([-32_768, -1, 0, 1, 32_767])
sparse_sample = st.lists(st.integers(0, FEATURES - 1), min_size=1, max_size=6).map(samples.encode)


def dense_sample(dimension: int) -> st.SearchStrategy[bytes]:
    return st.lists(number, min_size=dimension, max_size=dimension).map(vectors.encode)


def batches(
    sample: st.SearchStrategy[bytes], labels: int, unfit: st.SearchStrategy[bytes]
) -> st.SearchStrategy[list[bytes]]:
    """One to three batches; a label beyond the last and unfit samples are among them."""
    any_sample = sample | sample | sample | unfit
    record = st.builds(
        lambda label, sample: Record(PLAYER, label, sample).pack(),
        st.integers(0, labels),
        any_sample,
    )
    return st.lists(st.lists(record, max_size=12).map(b"".join), min_size=1, max_size=3)


def assert_twins(
    anvil: Anvil,
    twin: Classifier,
    contract: ClassifierOnChain,
    draw_batches: Callable[[], list[bytes]],
) -> None:
    """Learn, grow, learn again; in the end storage and twin say the same."""
    assert_same_history(twin, contract, draw_batches())
    contract.grow("addLabels", ["one more", "and another"])
    assert isinstance(twin, GrowsLabels)
    twin.add_labels(2)
    if isinstance(twin, GrowsFeatures):
        contract.grow("addFeatures", 3)
        twin.add_features(3)
    assert_same_history(twin, contract, draw_batches())
    stored = READERS[twin.kind](anvil.node, contract.contract, anvil.node.head().number, None)
    assert growing_state(stored) == growing_state(twin)
    assert stored.label_count == twin.label_count == contract.read("labelCount")


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_dense_perceptron_contract_and_twin_agree(anvil: Anvil, data: st.DataObject) -> None:
    labels = data.draw(st.sampled_from([2, 3, 5]))
    dimension = data.draw(st.sampled_from([1, 3, 16, 17, 33]))
    norms = st.sampled_from([ANY_NORM, dimension << 29])
    parameters = DensePerceptronParameters(
        dimension, labels + 2, data.draw(st.integers(0, 15)), data.draw(norms)
    )
    weights = data.draw(dense_sample(dimension))
    contract = ClassifierOnChain.deploy(
        anvil.node,
        CONTRACTS["dense-perceptron"],
        dimension,
        labels,
        parameters.label_bound,
        parameters.rate_shift,
        parameters.max_squared_norm,
        knowledge=[(1, weights)],
    )
    given_weights = [max(weight, -32_767) for weight in vectors.decode(weights)]
    zeros = [0] * dimension
    first = [given_weights if label == 1 else zeros for label in range(labels)]
    twin = DensePerceptron(parameters, labels, first, {1})
    known = data.draw(st.lists(dense_sample(dimension), min_size=1, max_size=6))
    drawn = batches(st.sampled_from(known), labels, st.binary(max_size=2 * dimension + 1))
    assert_twins(anvil, twin, contract, lambda: data.draw(drawn))


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_nearest_centroid_contract_and_twin_agree(anvil: Anvil, data: st.DataObject) -> None:
    labels = data.draw(st.sampled_from([2, 3, 15]))
    dimension = data.draw(st.sampled_from([1, 3, 8, 9, 16, 33]))
    norms = st.sampled_from([ANY_NORM, dimension << 29])
    parameters = NearestCentroidParameters(dimension, labels + 2, data.draw(norms))
    mean = data.draw(dense_sample(dimension))
    count = data.draw(st.sampled_from([1, 2, 7, 65_533, 65_535]))
    contract = ClassifierOnChain.deploy(
        anvil.node,
        CONTRACTS["nearest-centroid"],
        dimension,
        labels,
        parameters.label_bound,
        parameters.max_squared_norm,
        knowledge=[(1, count, mean)],
    )
    twin = NearestCentroid(parameters, labels)
    twin.give(1, count, vectors.decode(mean))
    known = data.draw(st.lists(dense_sample(dimension), min_size=1, max_size=6))
    drawn = batches(st.sampled_from(known), labels, st.binary(max_size=2 * dimension + 1))
    assert_twins(anvil, twin, contract, lambda: data.draw(drawn))


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_sparse_nearest_centroid_contract_and_twin_agree(anvil: Anvil, data: st.DataObject) -> None:
    labels = data.draw(st.sampled_from([2, 3, 7, 15, 31]))
    parameters = SparseNearestCentroidParameters(FEATURES + 3, labels + 2)
    contract = ClassifierOnChain.deploy(
        anvil.node,
        CONTRACTS["sparse-nearest-centroid"],
        FEATURES,
        parameters.feature_bound,
        labels,
        parameters.label_bound,
    )
    assert contract.read("lanesPerFeature") == parameters.lanes_per_feature
    twin = SparseNearestCentroid(parameters, FEATURES, labels)
    drawn = batches(sparse_sample, labels, st.binary(max_size=8))
    assert_twins(anvil, twin, contract, lambda: data.draw(drawn))
    stats = contract.read("labelStats", 0, labels)
    assert [stat >> 16 for stat in stats] == twin.squared_norms[:labels]


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_sparse_multiclass_perceptron_contract_and_twin_agree(
    anvil: Anvil, data: st.DataObject
) -> None:
    labels = data.draw(st.sampled_from([2, 3, 7, 15, 30]))
    rate = data.draw(st.sampled_from([1, 2, 50, 127]))
    parameters = SparseMulticlassPerceptronParameters(FEATURES + 3, labels + 2, rate)
    first_word = 0x80 * ((1 << 256) - 1) // 0xFF + 5  # a weight of 5 for feature 0 and label 0
    contract = ClassifierOnChain.deploy(
        anvil.node,
        CONTRACTS["sparse-multiclass-perceptron"],
        FEATURES,
        parameters.feature_bound,
        labels,
        parameters.label_bound,
        rate,
        knowledge=[(0, [first_word], 1)],
    )
    assert contract.read("lanesPerFeature") == parameters.lanes_per_feature
    twin = SparseMulticlassPerceptron(parameters, FEATURES, labels, {0: {0: 5}}, {0})
    drawn = batches(sparse_sample, labels, st.binary(max_size=8))
    assert_twins(anvil, twin, contract, lambda: data.draw(drawn))
