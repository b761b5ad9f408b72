"""Contracts and Python twins agree bit for bit, on real bytecode, whatever data comes."""

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from relayer.chain.wire import Record, bits_of
from relayer.models.chain_reading import read_naive_bayes, read_sparse_perceptron
from relayer.models.classifier import Classifier, agrees, features_in, train
from relayer.models.naive_bayes import NaiveBayes, NaiveBayesParameters
from relayer.models.samples import encode
from relayer.models.sparse_perceptron import SparsePerceptron, SparsePerceptronParameters
from tests.chain import Anvil
from tests.property.classifier_on_chain import ClassifierOnChain

PLAYER = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
#: Each example deploys a contract and mines a handful of blocks.
EXAMPLES = 20

int16 = st.integers(-(1 << 15), (1 << 15) - 1)


@st.composite
def batches(draw: DrawFn, labels: int, features: int, longest: int) -> list[bytes]:
    """One to three batches; few features, so that samples meet; some records do not fit."""
    known = draw(st.lists(st.integers(0, features - 1), min_size=1, max_size=12, unique=True))
    sound = st.lists(st.sampled_from(known), min_size=1, max_size=longest).map(encode)
    sample = sound | sound | sound | st.binary(max_size=8)
    label = st.integers(0, labels)  # one beyond the last
    record = st.builds(lambda label, sample: Record(PLAYER, label, sample).pack(), label, sample)
    batch = st.lists(record, max_size=12).map(b"".join)
    return draw(st.lists(batch, min_size=1, max_size=3))


def assert_same_history(twin: Classifier, contract: ClassifierOnChain, data: list[bytes]) -> None:
    """Train both on the same batches and compare every answer on the way."""
    for records in data:
        accepted = train(twin, records)
        assert contract.train(records) == accepted
        assert contract.read("agrees", records, accepted) == agrees(twin, records, accepted)
        if accepted:
            some = 1 << bits_of(accepted)[-1]
            assert contract.read("agrees", records, some) == agrees(twin, records, some)


@st.composite
def naive_bayes_parameters(draw: DrawFn) -> NaiveBayesParameters:
    return NaiveBayesParameters(
        label_bound=draw(st.sampled_from([2, 3, 32, 33, 70, 256])),
        inverse_alpha=draw(st.sampled_from([1, 4, 37, 65_536])),
        vocabulary=draw(st.integers(1, 1 << 32)),
    )


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_naive_bayes_contract_and_twin_agree(anvil: Anvil, data: st.DataObject) -> None:
    parameters = data.draw(naive_bayes_parameters())
    most = parameters.label_bound
    labels = data.draw(st.integers(2, most))
    contract = ClassifierOnChain.deploy(
        anvil.node, "NaiveBayes", labels, most, parameters.inverse_alpha, parameters.vocabulary
    )
    twin = NaiveBayes(parameters, labels)

    assert_same_history(twin, contract, data.draw(batches(labels, 65_536, 6)))
    added = data.draw(st.integers(0, most - labels))
    contract.grow("addLabels", [f"label {number}" for number in range(added)])
    twin.add_labels(added)
    assert_same_history(twin, contract, data.draw(batches(labels + added, 65_536, 6)))

    sample = encode(data.draw(st.lists(st.integers(0, 65_535), min_size=1, max_size=8)))
    sample = encode([*features_in(sample), *list(twin.counts)[:4]])
    assert contract.read("scoresOf", sample) == tuple(twin.scores(features_in(sample)))
    assert contract.read("predict", sample) == twin.predict(features_in(sample))
    stored = read_naive_bayes(anvil.node, contract.contract, anvil.node.head().number, twin.counts)
    assert_same_naive_bayes(stored, twin)


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_sparse_perceptron_contract_and_twin_agree(anvil: Anvil, data: st.DataObject) -> None:
    parameters = SparsePerceptronParameters(
        feature_bound=data.draw(st.sampled_from([1, 16, 17, 1008, 4096])),
        intercept=data.draw(int16),
        learning_rate=data.draw(st.sampled_from([1, 100, 20_000, 32_767])),
    )
    most = parameters.feature_bound
    features = data.draw(st.integers(1, most))
    first_weights = data.draw(st.lists(int16, max_size=min(16, features)))
    weights = first_weights + [0] * (features - len(first_weights))
    contract = ClassifierOnChain.deploy(
        anvil.node,
        "SparsePerceptron",
        features,
        most,
        parameters.intercept,
        parameters.learning_rate,
        weight_words=[packed(first_weights)],
    )
    twin = SparsePerceptron(parameters, weights)

    assert_same_history(twin, contract, data.draw(batches(2, features, 12)))
    added = data.draw(st.integers(0, most - features))
    contract.grow("addFeatures", added)
    twin.add_features(added)
    assert_same_history(twin, contract, data.draw(batches(2, features + added, 12)))

    stored = read_sparse_perceptron(anvil.node, contract.contract, anvil.node.head().number)
    assert (stored.parameters, stored.weights) == (parameters, twin.weights)
    sample = encode(data.draw(st.lists(st.integers(0, twin.feature_count - 1), min_size=1)))
    assert contract.read("predict", sample) == twin.predict(features_in(sample))


def assert_same_naive_bayes(stored: NaiveBayes, twin: NaiveBayes) -> None:
    """Compare all that was learnt; a feature without counts says nothing."""
    known = {feature: lanes for feature, lanes in twin.counts.items() if lanes}
    assert (stored.parameters, stored.docs, stored.tokens) == (
        twin.parameters,
        twin.docs,
        twin.tokens,
    )
    assert stored.counts == known


def packed(weights: list[int]) -> int:
    """Sixteen weights in a storage word, the first one lowest."""
    return sum((weight & 0xFFFF) << 16 * lane for lane, weight in enumerate(weights))
