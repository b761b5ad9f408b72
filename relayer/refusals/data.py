"""What is wrong with a contribution's label or sample, or cannot be had of its model."""

from __future__ import annotations

from relayer.errors import Refusal


class LabelOutOfRange(Refusal):
    """The trainer's model has no such label.

    Choose one below the trainer's label_count in GET /v1/config; the first one is 0.
    """

    code, status = "label-out-of-range", 422


class SampleMalformed(Refusal):
    """The sample has not the form that the trainer's encoding asks for.

    Send two bytes for each feature and at least one feature, or exactly two for each dimension;
    GET /v1/config tells the encoding.
    """

    code, status = "sample-malformed", 422


class SampleTooLong(Refusal):
    """The sample holds more features than the trainer's model takes.

    Send fewer features; GET /v1/config tells max_sample_bytes.
    """

    code, status = "sample-too-long", 422


class FeaturesNotIncreasing(Refusal):
    """The feature ids of the sample are not strictly increasing.

    Sort the features and send each once.
    """

    code, status = "features-not-increasing", 422


class FeatureOutOfRange(Refusal):
    """The sample holds a feature id that the trainer's model does not know.

    Send only features below the trainer's feature_count in GET /v1/config.
    """

    code, status = "feature-out-of-range", 422


class VectorTooLong(Refusal):
    """The numbers of the sample are larger than the trainer's model takes.

    Scale the vector until its squares add up to max_squared_norm at most; GET /v1/config tells it
    among the parameters of the classifier.
    """

    code, status = "vector-too-long", 422


class NoSnapshot(Refusal):
    """There is no snapshot of this model: it is behind an oracle.

    Ask the oracle's contract, which GET /v1/config names as the classifier: what was answered once
    is free.
    """

    code, status = "no-snapshot", 404


class MarketNotOpen(Refusal):
    """The prediction market takes no contributions at the moment, or none through this relayer.

    Contribute while market_phase is participation; GET /v1/config tells it. The detail says when
    this relayer takes no part.
    """

    code, status = "market-not-open", 409
