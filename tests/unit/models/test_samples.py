import pytest

from relayer.models import samples
from relayer.models.errors import (
    FeatureOutOfRangeError,
    FeaturesNotIncreasingError,
    SampleError,
    SampleMalformedError,
    SampleTooLongError,
)


def packed(*features: int) -> bytes:
    return b"".join(feature.to_bytes(2, "big") for feature in features)


def test_validate_returns_the_features_of_a_sound_sample() -> None:
    assert samples.validate(packed(0, 7, 65_535)) == (0, 7, 65_535)


@pytest.mark.parametrize(
    ("sample", "error", "code"),
    [
        (b"", SampleMalformedError, "sample-malformed"),
        (b"\x00", SampleMalformedError, "sample-malformed"),
        (b"\x00\x01\x02", SampleMalformedError, "sample-malformed"),
        (packed(3, 3), FeaturesNotIncreasingError, "features-not-increasing"),
        (packed(3, 2), FeaturesNotIncreasingError, "features-not-increasing"),
        (packed(1, 9, 9), FeaturesNotIncreasingError, "features-not-increasing"),
        (packed(0, 1008), FeatureOutOfRangeError, "feature-out-of-range"),
        (packed(*range(65)), SampleTooLongError, "sample-too-long"),
    ],
)
def test_validate_names_what_is_wrong(sample: bytes, error: type[SampleError], code: str) -> None:
    with pytest.raises(error) as caught:
        samples.validate(sample, feature_count=1008)
    assert caught.value.code == code


def test_validate_takes_the_last_feature_of_the_model_and_the_longest_sample() -> None:
    assert samples.validate(packed(1007), feature_count=1008) == (1007,)
    assert len(samples.validate(packed(*range(64)))) == 64


def test_validate_takes_longer_samples_where_the_model_does() -> None:
    assert len(samples.validate(packed(*range(1008)), 1008, max_features=1008)) == 1008


@pytest.mark.parametrize("features", [[-1], [65_536], [1, 70_000]])
def test_encode_refuses_numbers_that_are_no_features(features: list[int]) -> None:
    with pytest.raises(FeatureOutOfRangeError):
        samples.encode(features)


def test_encode_refuses_a_sample_without_features() -> None:
    with pytest.raises(SampleMalformedError):
        samples.encode([])
