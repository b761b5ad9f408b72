"""Reads a model out of the storage of its contract, all at one block.

A perceptron's weights are few words. A naive Bayes model has 65,536 features and more: with the
features named (the data events name every feature that was ever learnt) only those are read,
without them all are, in a few dozen calls.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

from relayer.chain.contracts import Caller, Contract, bind
from relayer.deployment import TrainerEntry
from relayer.models.classifier import Classifier
from relayer.models.errors import SnapshotError
from relayer.models.features import FEATURE_COUNT
from relayer.models.growing_reading import CONTRACTS, READERS
from relayer.models.naive_bayes import NaiveBayes, NaiveBayesParameters
from relayer.models.snapshot import snapshot_of
from relayer.models.sparse_perceptron import SparsePerceptron, SparsePerceptronParameters

#: Storage words asked for in one call: 2,048 cold loads need about 5 million gas, which every
#: public node grants a call.
WORDS_PER_CALL: Final = 2_048

#: Contracts by kind of model.
CONTRACT_NAMES: Final = {
    NaiveBayes.kind: "NaiveBayes",
    SparsePerceptron.kind: "SparsePerceptron",
    **CONTRACTS,
}

_LABEL_LANES: Final = 32
_WEIGHT_LANES: Final = 16


def read_snapshot(
    caller: Caller,
    entry: TrainerEntry,
    block: int,
    features: Iterable[int] | None = None,
) -> dict[str, Any]:
    """Read a model from storage into its published form.

    Args:
        caller: a node.
        entry: the trainer in the deployment file.
        block: the block to read at; every call names it, so that the parts fit each other.
        features: naive Bayes and the sparse nearest centroid only: the features that may have been
            learnt; None reads all.

    Raises:
        NodeError: the node does not answer, or no longer has that block's state.
        SnapshotError: the deployment file names an unknown kind of model.
    """
    model = read_model(caller, entry, block, features)
    return snapshot_of(model, entry.labels, block)


def read_model(
    caller: Caller,
    entry: TrainerEntry,
    block: int,
    features: Iterable[int] | None = None,
) -> Classifier:
    """Read a model from storage into its twin; see `read_snapshot`."""
    contract = _contract(entry)
    if contract.interface.name == "NaiveBayes":
        return read_naive_bayes(caller, contract, block, features)
    if entry.classifier.kind in READERS:
        return READERS[entry.classifier.kind](caller, contract, block, features)
    return read_sparse_perceptron(caller, contract, block)


def _contract(entry: TrainerEntry) -> Contract:
    if entry.classifier.kind not in CONTRACT_NAMES:
        raise SnapshotError(
            f"The deployment file names a model of kind {entry.classifier.kind!r}, which this "
            "version does not know. Update the relayer."
        )
    return bind(CONTRACT_NAMES[entry.classifier.kind], entry.classifier.address)


def _naive_bayes_parameters(caller: Caller, contract: Contract, block: int) -> NaiveBayesParameters:
    return NaiveBayesParameters(
        label_bound=contract.read(caller, "labelBound", block=block),
        inverse_alpha=contract.read(caller, "inverseAlpha", block=block),
        vocabulary=contract.read(caller, "vocabulary", block=block),
    )


def read_naive_bayes(
    caller: Caller, contract: Contract, block: int, features: Iterable[int] | None
) -> NaiveBayes:
    """Read a naive Bayes model; see `read_snapshot`."""
    parameters = _naive_bayes_parameters(caller, contract, block)
    labels: int = contract.read(caller, "labelCount", block=block)
    stats: Sequence[int] = contract.read(caller, "labelStats", 0, labels, block=block)
    groups = -(-parameters.label_bound // _LABEL_LANES)
    counts: dict[int, dict[int, int]] = {}
    wanted = range(FEATURE_COUNT) if features is None else sorted(set(features))
    for chunk in _chunks(wanted, WORDS_PER_CALL // groups):
        words: Sequence[int] = contract.read(caller, "countWords", chunk, block=block)
        for position, feature in enumerate(chunk):
            lanes = _counts_in(words[position * groups : (position + 1) * groups])
            if lanes:
                counts[feature] = lanes
    docs = [stat >> 32 for stat in stats]
    return NaiveBayes(parameters, labels, docs, [stat & 0xFFFFFFFF for stat in stats], counts)


def _counts_in(words: Sequence[int]) -> dict[int, int]:
    lanes = b"".join(word.to_bytes(_LABEL_LANES, "little") for word in words)
    return {label: count for label, count in enumerate(lanes) if count}


def read_sparse_perceptron(caller: Caller, contract: Contract, block: int) -> SparsePerceptron:
    """Read a sparse perceptron."""
    parameters = SparsePerceptronParameters(
        feature_bound=contract.read(caller, "featureBound", block=block),
        intercept=contract.read(caller, "intercept", block=block),
        learning_rate=contract.read(caller, "learningRate", block=block),
    )
    features: int = contract.read(caller, "featureCount", block=block)
    word_count = -(-features // _WEIGHT_LANES)
    words: Sequence[int] = contract.read(caller, "weightWords", 0, word_count, block=block)
    weights = [weight for word in words for weight in weights_in(word)]
    return SparsePerceptron(parameters, weights[:features])


def weights_in(word: int) -> Iterator[int]:
    """The weights in a storage word of the sparse perceptron, in order."""
    packed = word.to_bytes(2 * _WEIGHT_LANES, "little")
    for start in range(0, len(packed), 2):
        yield int.from_bytes(packed[start : start + 2], "little", signed=True)


def _chunks(items: Iterable[int], size: int) -> Iterator[list[int]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
