"""Errors of the models package.

* ModelError (RelayerError, ValueError)
  * WordError: a word without a feature
  * SampleError: a sample that no model accepts; carries the API's error code
    * SampleMalformedError
    * SampleTooLongError
    * FeaturesNotIncreasingError
    * FeatureOutOfRangeError
    * VectorTooLongError
  * EncodingError: an encoder that is not sound, or content that it cannot encode
  * TooManyRecordsError
  * ParameterError: parameters that no contract can be deployed with
  * SnapshotError: chain data and model do not fit each other
"""

from typing import ClassVar

from relayer.errors import RelayerError


class ModelError(RelayerError, ValueError):
    """Base of all errors of this package."""


class WordError(ModelError):
    """The text is no word: empty after normalisation, or not valid Unicode. Use another word."""


class SampleError(ModelError):
    """A sample that no model accepts. `code` is the error code of the HTTP API."""

    code: ClassVar[str] = "sample-malformed"


class SampleMalformedError(SampleError):
    """The sample is empty or has a wrong number of bytes. Send two for each feature or number."""


class SampleTooLongError(SampleError):
    """The sample names more features than a model takes. Send fewer features."""

    code = "sample-too-long"


class FeaturesNotIncreasingError(SampleError):
    """A feature repeats or is out of order. Sort the features and drop the duplicates."""

    code = "features-not-increasing"


class FeatureOutOfRangeError(SampleError):
    """A feature is not below the model's feature count."""

    code = "feature-out-of-range"


class VectorTooLongError(SampleError):
    """A dense sample is longer, as a vector, than its model takes. Scale it down."""

    code = "vector-too-long"


class EncodingError(ModelError):
    """An encoder that is not sound, or content that it cannot encode."""


class TooManyRecordsError(ModelError):
    """A batch names more than 255 records, which no contract accepts. Split it."""


class ParameterError(ModelError):
    """Parameters that no contract can be deployed with."""


class SnapshotError(ModelError):
    """Chain data and model do not fit each other: read both again at one block."""
