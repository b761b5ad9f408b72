"""Sparse samples: strictly increasing big-endian sixteen-bit features.

Duplicates are refused because counting a feature twice is a known way to poison a model.
"""

import struct
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from relayer.models.errors import (
    FeatureOutOfRangeError,
    FeaturesNotIncreasingError,
    SampleMalformedError,
    SampleTooLongError,
)

#: Bytes of one feature.
FEATURE_BYTES: Final = 2
#: Features that one sample may name, as the contracts have it.
MAX_FEATURES: Final = 64
#: Most bytes of a sample.
MAX_SAMPLE_BYTES: Final = MAX_FEATURES * FEATURE_BYTES


def encode(features: Iterable[int], max_features: int = MAX_FEATURES) -> bytes:
    """Pack features, in any order and with duplicates, into a sample.

    Args:
        features: the features.
        max_features: features that the model takes in one sample.

    Raises:
        SampleError: no feature, too many features, or one that is not an unsigned 16-bit integer.
    """
    ordered = sorted(set(features))
    if ordered and not (ordered[0] >= 0 and ordered[-1] <= 0xFFFF):
        raise FeatureOutOfRangeError("A feature is an integer from 0 to 65535.")
    sample = struct.pack(f">{len(ordered)}H", *ordered)
    validate(sample, max_features=max_features)
    return sample


def decode(sample: bytes) -> tuple[int, ...]:
    """Unpack a sample into its features, as they stand: `validate` tells whether they fit.

    Raises:
        SampleMalformedError: the sample is empty or ends within a feature.
    """
    if not sample:
        raise SampleMalformedError("The sample is empty. Send at least one feature.")
    if len(sample) % FEATURE_BYTES:
        raise SampleMalformedError(
            f"The sample has {len(sample)} bytes. Send two bytes for each feature."
        )
    return struct.unpack(f">{len(sample) // FEATURE_BYTES}H", sample)


def validate(
    sample: bytes, feature_count: int | None = None, max_features: int = MAX_FEATURES
) -> tuple[int, ...]:
    """Check a sample as the contracts do and return its features.

    Args:
        sample: the encoded sample.
        feature_count: features that the model has; None when it takes all of sixteen bits.
        max_features: features that the model takes in one sample.

    Raises:
        SampleMalformedError: empty, or half a feature at the end.
        SampleTooLongError: more than `max_features` features.
        FeaturesNotIncreasingError: a feature repeats or is out of order.
        FeatureOutOfRangeError: a feature is not below `feature_count`.
    """
    features = decode(sample)
    if len(features) > max_features:
        raise SampleTooLongError(
            f"The sample has {len(features)} features. Send {max_features} at most."
        )
    for lower, higher in pairwise(features):
        if lower >= higher:
            raise FeaturesNotIncreasingError(
                f"Feature {higher} follows {lower}. Sort the features and send each once."
            )
    if feature_count is not None and features[-1] >= feature_count:
        raise FeatureOutOfRangeError(
            f"Feature {features[-1]} is not below {feature_count}, the model's feature count."
        )
    return features
