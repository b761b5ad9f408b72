"""Every error that the relayer raises on purpose.

* RelayerError
    * SettingsError: a setting is unknown, malformed or missing
    * StoreError: the database file cannot be used
    * DeploymentError: the deployment file cannot be used
    * Refusal: a request is not accepted; each subclass is one problem ``code`` of the HTTP API
        * MalformedJson, BodyTooLarge, JsonTooDeep, UnsupportedMediaType
        * NotFound, MethodNotAllowed, BadRequest
        * SchemaViolation, BadSignature, WrongChain
        * NonceUsed, NonceConflict, DeadlinePassed, DeadlineTooFar, MaxFeeTooLow
        * UnknownTrainer, LabelOutOfRange
        * SampleMalformed, SampleTooLong, FeaturesNotIncreasing, FeatureOutOfRange
        * BalanceTooLow, NotCancellable
        * TankEmpty, ChainUnavailable, IntakePaused, NotReady
        * InternalError

A message names the cause and then the remedy. The class docstring of a refusal is its title.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar


class RelayerError(Exception):
    """Base of every error that the relayer raises on purpose."""


class SettingsError(RelayerError):
    """A setting is unknown, malformed or missing."""


class StoreError(RelayerError):
    """The database file cannot be used."""


class DeploymentError(RelayerError):
    """The deployment file cannot be used."""


class Refusal(RelayerError):  # noqa: N818 - an answer to a request, not a fault
    """A request that is not accepted.

    Args:
        detail: cause and remedy for this one occurrence, in plain words.
        errors: places in the request that are wrong, as (JSON pointer, what is wrong).
        headers: HTTP headers that belong to the answer.
    """

    #: The stable slug that clients switch on; also the anchor in the reference of errors.
    code: ClassVar[str]
    #: The HTTP status.
    status: ClassVar[int]
    #: Whether the same request may succeed later without being changed.
    retryable: ClassVar[bool] = False

    def __init__(
        self,
        detail: str,
        *,
        errors: tuple[tuple[str, str], ...] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = errors
        self.headers = dict(headers or {})

    @classmethod
    def title(cls) -> str:
        """The summary that is the same for every occurrence."""
        return (cls.__doc__ or cls.__name__).partition("\n")[0].rstrip(".")


class MalformedJson(Refusal):
    """The body is not JSON."""

    code, status = "malformed-json", 400


class BadRequest(Refusal):
    """The request cannot be understood."""

    code, status = "bad-request", 400


class BodyTooLarge(Refusal):
    """The body is larger than this relayer reads."""

    code, status = "body-too-large", 413


class JsonTooDeep(Refusal):
    """The JSON is nested deeper than any valid request."""

    code, status = "json-too-deep", 400


class UnsupportedMediaType(Refusal):
    """The body is not declared as JSON."""

    code, status = "unsupported-media-type", 415


class NotFound(Refusal):
    """There is nothing at this address."""

    code, status = "not-found", 404


class MethodNotAllowed(Refusal):
    """This address does not answer to this method."""

    code, status = "method-not-allowed", 405


class SchemaViolation(Refusal):
    """The JSON does not have the required form."""

    code, status = "schema-violation", 422


class BadSignature(Refusal):
    """The signature is not the player's signature of this message."""

    code, status = "bad-signature", 422


class WrongChain(Refusal):
    """The message was signed for another chain or another Forwarder."""

    code, status = "wrong-chain", 422


class NonceUsed(Refusal):
    """The nonce has already taken effect."""

    code, status = "nonce-used", 409


class NonceConflict(Refusal):
    """Another request of this player with the same nonce is under way."""

    code, status = "nonce-conflict", 409


class DeadlinePassed(Refusal):
    """The deadline has passed or is too close to be met."""

    code, status = "deadline-passed", 422


class DeadlineTooFar(Refusal):
    """The deadline is further away than this relayer accepts."""

    code, status = "deadline-too-far", 422


class MaxFeeTooLow(Refusal):
    """The signed maximum fee does not cover the expected fee."""

    code, status = "max-fee-too-low", 422


class UnknownTrainer(Refusal):
    """This relayer does not serve that trainer."""

    code, status = "unknown-trainer", 422


class LabelOutOfRange(Refusal):
    """The trainer's model has no such label."""

    code, status = "label-out-of-range", 422


class SampleMalformed(Refusal):
    """The sample is not a list of feature ids of two bytes each."""

    code, status = "sample-malformed", 422


class SampleTooLong(Refusal):
    """The sample holds more features than the trainer's model takes."""

    code, status = "sample-too-long", 422


class FeaturesNotIncreasing(Refusal):
    """The feature ids of the sample are not strictly increasing."""

    code, status = "features-not-increasing", 422


class FeatureOutOfRange(Refusal):
    """The sample holds a feature id that the trainer's model does not know."""

    code, status = "feature-out-of-range", 422


class BalanceTooLow(Refusal):
    """The player's balance does not cover the withdrawal."""

    code, status = "balance-too-low", 422


class NotCancellable(Refusal):
    """The contribution has already left the queue."""

    code, status = "not-cancellable", 409


class TankEmpty(Refusal):
    """The sponsor's tank does not cover this contribution at the moment."""

    code, status, retryable = "tank-empty", 503, True


class ChainUnavailable(Refusal):
    """The relayer has no recent view of the chain."""

    code, status, retryable = "chain-unavailable", 503, True


class IntakePaused(Refusal):
    """The sponsor or the operator has paused contributions."""

    code, status, retryable = "intake-paused", 503, True


class NotReady(Refusal):
    """A part of the service does not work at the moment."""

    code, status, retryable = "not-ready", 503, True


class InternalError(Refusal):
    """The relayer failed to answer; the fault is on its side."""

    code, status, retryable = "internal-error", 500, True


def refusals() -> Iterator[type[Refusal]]:
    """Every kind of refusal, in the order in which this module defines them."""
    yield from Refusal.__subclasses__()
