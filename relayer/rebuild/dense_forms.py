"""Forms of the models over dense samples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

from relayer.models import vectors
from relayer.models.classifier import Classifier
from relayer.models.dense_perceptron import DensePerceptron, DensePerceptronParameters
from relayer.models.nearest_centroid import NearestCentroid, NearestCentroidParameters
from relayer.rebuild.form import WORD_BYTES, Area, At, Place, Sizes, pack_high_first
from relayer.rebuild.sparse_forms import taught_labels

_WEIGHT_BYTES: Final = 2
_SUM_BYTES: Final = 4
_COUNT_BYTES: Final = 2


class DensePerceptronForm:
    """Biased weights of two bytes, the first dimension in the highest lane."""

    contract_name = "DensePerceptron"

    def born(self, at: At, sizes: Sizes) -> DensePerceptron:
        """The model with weights of zero and no label taught."""
        parameters = DensePerceptronParameters(
            dimension=at.read("dimension"),
            label_bound=at.read("labelBound"),
            rate_shift=at.read("rateShift"),
            max_squared_norm=at.read("maxSquaredNorm"),
        )
        return DensePerceptron(parameters, sizes.label_count)

    def give(self, model: Classifier, arguments: Mapping[str, Any]) -> None:
        """Set the weights of a label, which counts as taught."""
        twin = cast(DensePerceptron, model)
        # The contract's weights end where training ends, at -32,767.
        numbers = vectors.decode(arguments["weights"])
        twin.weights[arguments["label"]] = [max(number, -vectors.MAX_NUMBER) for number in numbers]
        twin.taught.add(arguments["label"])

    def areas(self, model: Classifier, at: At) -> list[Area]:
        """Weights of all labels that there can be, and taught labels."""
        twin = cast(DensePerceptron, model)
        width = vectors.words_for(twin.parameters.dimension, _WEIGHT_BYTES)
        zeros = pack_high_first([vectors.BIAS] * (WORD_BYTES // _WEIGHT_BYTES), _WEIGHT_BYTES)

        def expected(index: int) -> int:
            label, part = divmod(index, width)
            if label >= twin.label_count:
                return zeros
            biased = [weight + vectors.BIAS for weight in _part(twin.weights[label], part, 16)]
            padding = [vectors.BIAS] * (16 - len(biased))
            return pack_high_first(biased + padding, _WEIGHT_BYTES)

        return [
            taught_labels(at, twin.taught),
            Area(
                "weights",
                width * twin.parameters.label_bound,
                lambda *range_: at.read("weightWords", *range_),
                expected,
                lambda index, byte: _place(index, byte, width, _WEIGHT_BYTES),
                unwritten=zeros,
            ),
        ]


class NearestCentroidForm:
    """Sums of biased numbers in four bytes, and the number of samples of each label."""

    contract_name = "NearestCentroid"

    def born(self, at: At, sizes: Sizes) -> NearestCentroid:
        """The model without samples."""
        parameters = NearestCentroidParameters(
            dimension=at.read("dimension"),
            label_bound=at.read("labelBound"),
            max_squared_norm=at.read("maxSquaredNorm"),
        )
        return NearestCentroid(parameters, sizes.label_count)

    def give(self, model: Classifier, arguments: Mapping[str, Any]) -> None:
        """Give a label a centroid with its weight in samples."""
        mean = vectors.decode(arguments["mean"])
        cast(NearestCentroid, model).give(arguments["label"], arguments["count"], mean)

    def areas(self, model: Classifier, at: At) -> list[Area]:
        """Sums and numbers of samples of all labels that there can be."""
        twin = cast(NearestCentroid, model)
        width = vectors.words_for(twin.parameters.dimension, _SUM_BYTES)
        bound = twin.parameters.label_bound
        lanes = WORD_BYTES // _SUM_BYTES

        def count_of(label: int) -> int:
            return twin.counts[label] if label < twin.label_count else 0

        def expected(index: int) -> int:
            label, part = divmod(index, width)
            if not count_of(label):
                return 0
            bias = twin.counts[label] * vectors.BIAS
            biased = [total + bias for total in _part(twin.sums[label], part, lanes)]
            return pack_high_first(biased + [bias] * (lanes - len(biased)), _SUM_BYTES)

        return [
            Area(
                "sample counts",
                bound,
                lambda *range_: at.read("sampleCounts", *range_),
                count_of,
                lambda index, _: Place(label=index),
                word_bytes=_COUNT_BYTES,
            ),
            Area(
                "sums",
                width * bound,
                lambda *range_: at.read("sumWords", *range_),
                expected,
                lambda index, byte: _place(index, byte, width, _SUM_BYTES),
            ),
        ]


def _part(vector: list[int], part: int, lanes: int) -> list[int]:
    return vector[part * lanes : (part + 1) * lanes]


def _place(index: int, byte_index: int, width: int, lane_bytes: int) -> Place:
    """Dimension and label of a byte; a dimension is the feature of a dense sample."""
    label, part = divmod(index, width)
    return Place(part * (WORD_BYTES // lane_bytes) + byte_index // lane_bytes, label)
