"""Forms of the models over sparse samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from relayer.models.chain_reading import weights_in
from relayer.models.classifier import Classifier
from relayer.models.features import FEATURE_COUNT
from relayer.models.naive_bayes import NaiveBayes, NaiveBayesParameters
from relayer.models.sparse_multiclass_perceptron import (
    SparseMulticlassPerceptron,
    SparseMulticlassPerceptronParameters,
)
from relayer.models.sparse_nearest_centroid import (
    SparseNearestCentroid,
    SparseNearestCentroidParameters,
)
from relayer.models.sparse_perceptron import (
    MAX_FEATURES,
    SparsePerceptron,
    SparsePerceptronParameters,
)
from relayer.rebuild.form import Area, At, BornEmpty, Place, Sizes, lane_from_low, pack_low_first

_LABELS_IN_COUNT_WORD: Final = 32
_WEIGHTS_IN_WORD: Final = 16
_COUNTS_IN_WORD: Final = 16
_BYTES_IN_WORD: Final = 32
_BIAS: Final = 128
_STAT_BYTES: Final = 8


class NaiveBayesForm(BornEmpty):
    """`docs | tokens` of each label, and one byte for each feature and label."""

    contract_name = "NaiveBayes"

    def born(self, at: At, sizes: Sizes) -> NaiveBayes:
        """The model without samples."""
        parameters = NaiveBayesParameters(
            label_bound=at.read("labelBound"),
            inverse_alpha=at.read("inverseAlpha"),
            vocabulary=at.read("vocabulary"),
        )
        return NaiveBayes(parameters, sizes.label_count)

    def areas(self, model: Classifier, at: At) -> list[Area]:
        """Statistics and counts."""
        twin = cast(NaiveBayes, model)
        groups = -(-twin.parameters.label_bound // _LABELS_IN_COUNT_WORD)

        def stored_counts(first: int, count: int) -> Sequence[int]:
            features = list(range(first // groups, (first + count) // groups))
            return cast(Sequence[int], at.read("countWords", features))

        def expected_counts(index: int) -> int:
            lanes = twin.counts.get(index // groups)
            if not lanes:
                return 0
            first = index % groups * _LABELS_IN_COUNT_WORD
            last = first + _LABELS_IN_COUNT_WORD
            here = {label - first: n for label, n in lanes.items() if first <= label < last}
            return pack_low_first(here, 1)

        def place(index: int, byte_index: int) -> Place:
            label = index % groups * _LABELS_IN_COUNT_WORD + lane_from_low(byte_index, 1)
            return Place(index // groups, label)

        return [
            _label_statistics(
                at, twin.label_count, lambda label: twin.docs[label] << 32 | twin.tokens[label]
            ),
            Area(
                "counts", FEATURE_COUNT * groups, stored_counts, expected_counts, place, step=groups
            ),
        ]


class SparsePerceptronForm:
    """Sixteen weights in a word, lane 0 in the lowest bits."""

    contract_name = "SparsePerceptron"

    def born(self, at: At, sizes: Sizes) -> SparsePerceptron:
        """The model with weights of zero."""
        parameters = SparsePerceptronParameters(
            feature_bound=at.read("featureBound"),
            intercept=at.read("intercept"),
            learning_rate=at.read("learningRate"),
        )
        return SparsePerceptron(parameters, [0] * sizes.feature_count)

    def give(self, model: Classifier, arguments: Mapping[str, Any]) -> None:
        """Set weights from a word on."""
        twin = cast(SparsePerceptron, model)
        first = arguments["from"] * _WEIGHTS_IN_WORD
        weights = [weight for word in arguments["words"] for weight in weights_in(word)]
        for feature, weight in enumerate(weights, first):
            if feature < len(twin.weights):
                twin.weights[feature] = weight

    def areas(self, model: Classifier, at: At) -> list[Area]:
        """All weights that such a model can have."""
        twin = cast(SparsePerceptron, model)

        def expected(index: int) -> int:
            first = index * _WEIGHTS_IN_WORD
            weights = twin.weights[first : first + _WEIGHTS_IN_WORD]
            return pack_low_first({lane: each & 0xFFFF for lane, each in enumerate(weights)}, 2)

        def place(index: int, byte_index: int) -> Place:
            return Place(index * _WEIGHTS_IN_WORD + lane_from_low(byte_index, 2))

        count = MAX_FEATURES // _WEIGHTS_IN_WORD
        return [
            Area("weights", count, lambda *range_: at.read("weightWords", *range_), expected, place)
        ]


class SparseNearestCentroidForm(BornEmpty):
    """`squared norm | samples` of each label, and two bytes for each feature and label."""

    contract_name = "SparseNearestCentroid"

    def born(self, at: At, sizes: Sizes) -> SparseNearestCentroid:
        """The model without samples."""
        parameters = SparseNearestCentroidParameters(
            feature_bound=at.read("featureBound"), label_bound=at.read("labelBound")
        )
        return SparseNearestCentroid(parameters, sizes.feature_count, sizes.label_count)

    def areas(self, model: Classifier, at: At) -> list[Area]:
        """Statistics and counts."""
        twin = cast(SparseNearestCentroid, model)
        lanes = twin.parameters.lanes_per_feature
        words = _lane_words(twin.counts, lanes, _COUNTS_IN_WORD, 2, 0)

        def stored(first: int, count: int) -> Sequence[int]:
            return cast(Sequence[int], at.read("countWords", list(range(first, first + count))))

        def statistics(label: int) -> int:
            return twin.squared_norms[label] << 16 | twin.sample_counts[label]

        def place(index: int, byte_index: int) -> Place:
            return Place(*divmod(index * _COUNTS_IN_WORD + lane_from_low(byte_index, 2), lanes))

        word_count = -(-twin.feature_count * lanes // _COUNTS_IN_WORD)
        return [
            _label_statistics(at, twin.label_count, statistics),
            Area("counts", word_count, stored, lambda index: words.get(index, 0), place),
        ]


class SparseMulticlassPerceptronForm:
    """One byte for each feature and label, 128 standing for zero."""

    contract_name = "SparseMulticlassPerceptron"

    def born(self, at: At, sizes: Sizes) -> SparseMulticlassPerceptron:
        """The model with weights of zero and no label taught."""
        parameters = SparseMulticlassPerceptronParameters(
            feature_bound=at.read("featureBound"),
            label_bound=at.read("labelBound"),
            learning_rate=at.read("learningRate"),
        )
        return SparseMulticlassPerceptron(parameters, sizes.feature_count, sizes.label_count)

    def give(self, model: Classifier, arguments: Mapping[str, Any]) -> None:
        """Set weights from a word on, and taught labels."""
        twin = cast(SparseMulticlassPerceptron, model)
        lanes = twin.parameters.lanes_per_feature
        for index, word in enumerate(arguments["words"], arguments["from"]):
            for place in range(_BYTES_IN_WORD):
                byte = word >> 8 * place & 0xFF if word else _BIAS
                feature, label = divmod(index * _BYTES_IN_WORD + place, lanes)
                _set_weight(twin.weights, feature, label, byte - _BIAS)
        twin.taught |= {label for label in range(256) if arguments["taught"] >> label & 1}

    def areas(self, model: Classifier, at: At) -> list[Area]:
        """Weights and taught labels."""
        twin = cast(SparseMulticlassPerceptron, model)
        lanes = twin.parameters.lanes_per_feature
        words = _lane_words(twin.weights, lanes, _BYTES_IN_WORD, 1, _BIAS)
        zeros = int.from_bytes(bytes([_BIAS]) * _BYTES_IN_WORD, "big")

        def place(index: int, byte_index: int) -> Place:
            return Place(*divmod(index * _BYTES_IN_WORD + lane_from_low(byte_index, 1), lanes))

        return [
            taught_labels(at, twin.taught),
            Area(
                "weights",
                -(-twin.feature_count * lanes // _BYTES_IN_WORD),
                lambda *range_: at.read("weightWords", *range_),
                lambda index: words.get(index, zeros),
                place,
                unwritten=zeros,
            ),
        ]


def taught_labels(at: At, taught: set[int]) -> Area:
    """The map of labels that were ever taught, as an area of one word."""
    return Area(
        "taught labels",
        1,
        lambda *_: [at.read("taughtMap")],
        lambda _: sum(1 << label for label in taught),
        lambda *_: Place(),
    )


def _label_statistics(at: At, label_count: int, expected: Any) -> Area:
    return Area(
        "label statistics",
        label_count,
        lambda *range_: at.read("labelStats", *range_),
        expected,
        lambda index, _: Place(label=index),
        word_bytes=_STAT_BYTES,
    )


def _lane_words(
    values: Mapping[int, Mapping[int, int]],
    lanes: int,
    lanes_in_word: int,
    lane_bytes: int,
    bias: int,
) -> dict[int, int]:
    """The words that hold anything, by index."""
    words: dict[int, int] = {}
    zeros = pack_low_first(dict.fromkeys(range(lanes_in_word), bias), lane_bytes)
    for feature, by_label in values.items():
        for label, value in by_label.items():
            index, lane = divmod(feature * lanes + label, lanes_in_word)
            words[index] = words.get(index, zeros) + (value << 8 * lane_bytes * lane)
    return words


def _set_weight(weights: dict[int, dict[int, int]], feature: int, label: int, weight: int) -> None:
    if weight:
        weights.setdefault(feature, {})[label] = weight
    elif feature in weights:
        weights[feature].pop(label, None)
