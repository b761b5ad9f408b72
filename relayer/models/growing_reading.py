"""Reads the growing models out of the storage of their contracts, all at one block."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from relayer.chain.contracts import Caller, Contract
from relayer.models import vectors
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

#: Contracts by kind of model.
CONTRACTS: Final = {
    DensePerceptron.kind: "DensePerceptron",
    NearestCentroid.kind: "NearestCentroid",
    SparseNearestCentroid.kind: "SparseNearestCentroid",
    SparseMulticlassPerceptron.kind: "SparseMulticlassPerceptron",
}

#: Storage words asked for in one call, about 5 million gas.
WORDS_PER_CALL: Final = 2_048

_WEIGHT_BYTES: Final = 2
_SUM_BYTES: Final = 4
_SPARSE_BIAS: Final = 128

_Features = Iterable[int] | None


def _read_dense_perceptron(
    caller: Caller, contract: Contract, block: int, _: _Features
) -> DensePerceptron:
    parameters = DensePerceptronParameters(
        dimension=contract.read(caller, "dimension", block=block),
        label_bound=contract.read(caller, "labelBound", block=block),
        rate_shift=contract.read(caller, "rateShift", block=block),
        max_squared_norm=contract.read(caller, "maxSquaredNorm", block=block),
    )
    labels: int = contract.read(caller, "labelCount", block=block)
    width = vectors.words_for(parameters.dimension, _WEIGHT_BYTES)
    words: Sequence[int] = contract.read(caller, "weightWords", 0, labels * width, block=block)
    weights = [
        [
            # A word of zero was never written.
            lane - vectors.BIAS if words[label * width + place // 16] else 0
            for place, lane in enumerate(_vector(words, label, width, _WEIGHT_BYTES))
        ][: parameters.dimension]
        for label in range(labels)
    ]
    taught = _bits(contract.read(caller, "taughtMap", block=block))
    return DensePerceptron(parameters, labels, weights, taught)


def _read_nearest_centroid(
    caller: Caller, contract: Contract, block: int, _: _Features
) -> NearestCentroid:
    parameters = NearestCentroidParameters(
        dimension=contract.read(caller, "dimension", block=block),
        label_bound=contract.read(caller, "labelBound", block=block),
        max_squared_norm=contract.read(caller, "maxSquaredNorm", block=block),
    )
    labels: int = contract.read(caller, "labelCount", block=block)
    width = vectors.words_for(parameters.dimension, _SUM_BYTES)
    words: Sequence[int] = contract.read(caller, "sumWords", 0, labels * width, block=block)
    counts: Sequence[int] = contract.read(caller, "sampleCounts", 0, labels, block=block)
    sums = [
        [
            lane - counts[label] * vectors.BIAS
            for lane in _vector(words, label, width, _SUM_BYTES)[: parameters.dimension]
        ]
        for label in range(labels)
    ]
    return NearestCentroid(parameters, labels, sums, counts)


def _read_sparse_nearest_centroid(
    caller: Caller, contract: Contract, block: int, features: _Features
) -> SparseNearestCentroid:
    parameters = SparseNearestCentroidParameters(
        feature_bound=contract.read(caller, "featureBound", block=block),
        label_bound=contract.read(caller, "labelBound", block=block),
    )
    labels: int = contract.read(caller, "labelCount", block=block)
    feature_count: int = contract.read(caller, "featureCount", block=block)
    stats: Sequence[int] = contract.read(caller, "labelStats", 0, labels, block=block)
    lanes = parameters.lanes_per_feature
    wanted = range(feature_count) if features is None else sorted(set(features))
    indices = sorted(
        {
            (feature * lanes + label) // 16
            for feature in wanted
            for label in range(0, min(lanes, labels), 16)
        }
    )
    counts: dict[int, dict[int, int]] = {}
    for chunk in _chunks(indices, WORDS_PER_CALL):
        words: Sequence[int] = contract.read(caller, "countWords", chunk, block=block)
        for index, word in zip(chunk, words, strict=True):
            for place, count in enumerate(_low_lanes_first(word, 2)):
                feature, label = divmod(index * 16 + place, lanes)
                if count:
                    counts.setdefault(feature, {})[label] = count
    return SparseNearestCentroid(
        parameters, feature_count, labels, counts, [stat & 0xFFFF for stat in stats]
    )


def _read_sparse_multiclass_perceptron(
    caller: Caller, contract: Contract, block: int, _: _Features
) -> SparseMulticlassPerceptron:
    parameters = SparseMulticlassPerceptronParameters(
        feature_bound=contract.read(caller, "featureBound", block=block),
        label_bound=contract.read(caller, "labelBound", block=block),
        learning_rate=contract.read(caller, "learningRate", block=block),
    )
    feature_count: int = contract.read(caller, "featureCount", block=block)
    lanes = parameters.lanes_per_feature
    weights: dict[int, dict[int, int]] = {}
    word_count = -(-feature_count * lanes // 32)
    for first in range(0, word_count, WORDS_PER_CALL):
        count = min(WORDS_PER_CALL, word_count - first)
        words: Sequence[int] = contract.read(caller, "weightWords", first, count, block=block)
        for index, word in enumerate(words, first):
            for place, lane in enumerate(_low_lanes_first(word, 1) if word else []):
                feature, label = divmod(index * 32 + place, lanes)
                if lane != _SPARSE_BIAS:
                    weights.setdefault(feature, {})[label] = lane - _SPARSE_BIAS
    taught = _bits(contract.read(caller, "taughtMap", block=block))
    labels = contract.read(caller, "labelCount", block=block)
    return SparseMulticlassPerceptron(parameters, feature_count, labels, weights, taught)


def _vector(words: Sequence[int], label: int, width: int, lane_bytes: int) -> list[int]:
    return vectors.lanes_of(words[label * width : (label + 1) * width], lane_bytes)


def _low_lanes_first(word: int, lane_bytes: int) -> list[int]:
    return vectors.lanes_of([word], lane_bytes)[::-1]


def _bits(bitmap: int) -> set[int]:
    return {label for label in range(bitmap.bit_length()) if bitmap >> label & 1}


def _chunks(items: Iterable[int], size: int) -> Iterator[list[int]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


#: Readers by kind of model: caller, contract, block, features that may have been learnt.
READERS: Final[dict[str, Callable[[Caller, Contract, int, _Features], Classifier]]] = {
    DensePerceptron.kind: _read_dense_perceptron,
    NearestCentroid.kind: _read_nearest_centroid,
    SparseNearestCentroid.kind: _read_sparse_nearest_centroid,
    SparseMulticlassPerceptron.kind: _read_sparse_multiclass_perceptron,
}
