"""Every reason for which the HTTP API refuses a request; each class is one problem ``code``.

* Refusal
    * MalformedJson, BodyTooLarge, JsonTooDeep, UnsupportedMediaType
    * NotFound, MethodNotAllowed, BadRequest
    * SchemaViolation, BadSignature, WrongChain
    * NonceUsed, NonceConflict, DeadlinePassed, DeadlineTooFar, MaxFeeTooLow
    * UnknownTrainer, LabelOutOfRange
    * SampleMalformed, SampleTooLong, FeaturesNotIncreasing, FeatureOutOfRange
    * VectorTooLong
    * MarketNotOpen, BalanceTooLow, NotCancellable
    * NoValidations, UnknownContribution, ContributionNotOpen, OwnContribution
    * NeverContributed, AlreadyValidated
    * TankEmpty, ChainUnavailable, IntakePaused, NotReady
    * InternalError

The docstring of a refusal is its title and what to do about it, as ``/docs/errors`` shows it.
"""

from __future__ import annotations

from collections.abc import Iterator

from relayer.errors import Refusal


class MalformedJson(Refusal):
    """The body is not JSON.

    Send one JSON object in UTF-8.
    """

    code, status = "malformed-json", 400


class BadRequest(Refusal):
    """The request cannot be understood.

    Correct the request as the detail says.
    """

    code, status = "bad-request", 400


class BodyTooLarge(Refusal):
    """The body is larger than this relayer reads.

    Send fewer contributions at once; GET /v1/config tells the limits.
    """

    code, status = "body-too-large", 413


class JsonTooDeep(Refusal):
    """The JSON is nested deeper than any valid request.

    Send the JSON as the API reference describes it.
    """

    code, status = "json-too-deep", 400


class UnsupportedMediaType(Refusal):
    """The body is not declared as JSON.

    Send the header Content-Type: application/json.
    """

    code, status = "unsupported-media-type", 415


class NotFound(Refusal):
    """There is nothing at this address.

    Follow the links in the answers, or begin at GET /v1/config.
    """

    code, status = "not-found", 404


class MethodNotAllowed(Refusal):
    """This address does not answer to this method.

    Use a method that the Allow header names.
    """

    code, status = "method-not-allowed", 405


class SchemaViolation(Refusal):
    """The JSON does not have the required form.

    Correct the places that errors points to, and sign again if they are signed.
    """

    code, status = "schema-violation", 422


class BadSignature(Refusal):
    """The signature is not the player's signature of this message.

    Sign exactly the message that is sent, with the player's key, by the domain and types of
    GET /v1/config.
    """

    code, status = "bad-signature", 422


class WrongChain(Refusal):
    """The message was signed for another chain or another Forwarder.

    Sign with the domain of GET /v1/config.
    """

    code, status = "wrong-chain", 422


class NonceUsed(Refusal):
    """The nonce has already taken effect.

    Sign again with the next_nonce of GET /v1/players/{address}.
    """

    code, status = "nonce-used", 409


class NonceConflict(Refusal):
    """Another request of this player with the same nonce is under way.

    Wait for that request, or sign again with the next_nonce of GET /v1/players/{address}.
    """

    code, status = "nonce-conflict", 409


class DeadlinePassed(Refusal):
    """The deadline has passed or is too close to be met.

    Sign again with a later deadline, and check the clock of the machine that signs.
    """

    code, status = "deadline-passed", 422


class DeadlineTooFar(Refusal):
    """The deadline is further away than this relayer accepts.

    Sign again with an earlier deadline; GET /v1/config tells the limits.
    """

    code, status = "deadline-too-far", 422


class MaxFeeTooLow(Refusal):
    """The signed maximum fee does not cover the expected fee.

    Sign again with the suggested_max_fee_gwei of GET /v1/config. It is paid out of rewards
    only, never by the player.
    """

    code, status = "max-fee-too-low", 422


class UnknownTrainer(Refusal):
    """This relayer does not serve that trainer.

    Choose one of the trainers in GET /v1/config.
    """

    code, status = "unknown-trainer", 422


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


class MarketNotOpen(Refusal):
    """The prediction market takes no contributions at the moment.

    Contribute while market_phase is participation; GET /v1/config tells it.
    """

    code, status = "market-not-open", 409


class BalanceTooLow(Refusal):
    """The player's balance does not cover the withdrawal.

    Withdraw less, or wait for more rewards. The fee is taken out of the amount, so the amount must
    exceed it.
    """

    code, status = "balance-too-low", 422


class NotCancellable(Refusal):
    """The contribution has already left the queue.

    Do nothing: it costs its player nothing.
    """

    code, status = "not-cancellable", 409


class NoValidations(Refusal):
    """The trainer's mechanism takes no validations.

    Validate contributions of trainers whose mechanism has takes_validations in GET /v1/config.
    """

    code, status = "no-validations", 422


class UnknownContribution(Refusal):
    """This relayer knows no confirmed contribution with that number.

    Sign the contribution_number of GET /v1/contributions/{id}; it is there as soon as the
    contribution is confirmed.
    """

    code, status = "unknown-contribution", 422


class ContributionNotOpen(Refusal):
    """The contribution is settled already.

    Do nothing: somebody else confirmed it, or it has lapsed.
    """

    code, status = "contribution-not-open", 409


class OwnContribution(Refusal):
    """The contribution is the validator's own.

    Validate contributions of other players.
    """

    code, status = "own-contribution", 422


class NeverContributed(Refusal):
    """The validator has not contributed to this trainer.

    Contribute first; once a block holds the contribution, sign again.
    """

    code, status = "never-contributed", 422


class AlreadyValidated(Refusal):
    """Another validation of this contribution by the same player exists.

    Do nothing: one is enough.
    """

    code, status = "already-validated", 409


class TankEmpty(Refusal):
    """The sponsor's tank does not cover this contribution at the moment.

    Send the same request again later: the sponsor refills the tank, and a daily limit ends at
    00:00 UTC.
    """

    code, status, retryable = "tank-empty", 503, True


class ChainUnavailable(Refusal):
    """The relayer has no recent view of the chain.

    Send the same request again in a few seconds.
    """

    code, status, retryable = "chain-unavailable", 503, True


class IntakePaused(Refusal):
    """The sponsor or the operator has paused contributions.

    Send the same request again later.
    """

    code, status, retryable = "intake-paused", 503, True


class NotReady(Refusal):
    """A part of the service does not work at the moment.

    Look at parts: they name what has to be repaired.
    """

    code, status, retryable = "not-ready", 503, True


class InternalError(Refusal):
    """The relayer failed to answer; the fault is on its side.

    Send the same request again later, or report the request_id.
    """

    code, status, retryable = "internal-error", 500, True


def refusals() -> Iterator[type[Refusal]]:
    """Every kind of refusal, in the order in which this module defines them."""
    yield from Refusal.__subclasses__()
