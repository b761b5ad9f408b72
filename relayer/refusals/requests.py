"""What is wrong with a request before anybody looks into it."""

from __future__ import annotations

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


class RequestTooSlow(Refusal):
    """The request took too long to arrive.

    Send the same request again; a slow connection sends fewer contributions at once.
    """

    code, status, retryable = "request-too-slow", 408, True


class AddressTooLong(Refusal):
    """The address of the request is longer than this relayer reads.

    Send what is long in the body, or follow the links of the answers.
    """

    code, status = "address-too-long", 414


class HeadersTooLarge(Refusal):
    """The headers of the request are more or longer than this relayer reads.

    Send fewer headers, and no cookies.
    """

    code, status = "headers-too-large", 431


class ExpectationFailed(Refusal):
    """The header Expect asks for something that this relayer does not do.

    Leave the header out, or expect 100-continue.
    """

    code, status = "expectation-failed", 417


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


class IdempotencyKeyMalformed(Refusal):
    """The Idempotency-Key is no key.

    Send 1 to 255 printable ASCII characters, best a new UUID for each new request.
    """

    code, status = "idempotency-key-malformed", 400


class IdempotencyKeyInFlight(Refusal):
    """A request with the same Idempotency-Key is being answered.

    Send the same request again in a second.
    """

    code, status, retryable = "idempotency-key-in-flight", 409, True


class IdempotencyKeyReused(Refusal):
    """The Idempotency-Key stands for a request with another body.

    Send the body that was accepted with this key, or make a new key.
    """

    code, status = "idempotency-key-reused", 422


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
