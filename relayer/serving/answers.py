"""Problem details for requests that never reach the application."""

from __future__ import annotations

import secrets

from gunicorn.http.errors import (
    ExpectationFailed as UnmetExpectation,
)
from gunicorn.http.errors import (
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
)
from pydantic_core import to_json

from relayer.api.responses import PROBLEM_TYPE
from relayer.errors import Refusal
from relayer.refusals import (
    AddressTooLong,
    BadRequest,
    ExpectationFailed,
    HeadersTooLarge,
    InternalError,
    RequestTooSlow,
)
from relayer.serving.timed_socket import BodyTooSlowError, HeadTooSlowError


def refusal_of(error: BaseException) -> Refusal:
    """Return the refusal of a request that the server could not read."""
    if isinstance(error, HeadTooSlowError | BodyTooSlowError):
        return RequestTooSlow("The request did not arrive in time. Send it again, faster.")
    if isinstance(error, LimitRequestLine):
        return AddressTooLong("The address is too long. Send what is long in the body.")
    if isinstance(error, LimitRequestHeaders):
        return HeadersTooLarge("The headers are too many or too long. Send fewer.")
    if isinstance(error, UnmetExpectation):
        return ExpectationFailed("Only 100-continue can be expected. Leave the header Expect out.")
    if isinstance(error, ParseException | OSError):
        return BadRequest("This is no HTTP request that can be read safely. Correct it.")
    return InternalError("The relayer could not answer. Send the same request again later.")


def new_request_id() -> str:
    """Return an id for a request whose own, if it has one, cannot be read."""
    return secrets.token_hex(8)


def as_http(refusal: Refusal, request_id: str) -> bytes:
    """Return a refusal as a whole HTTP answer, after which the connection ends.

    Nothing of the request is repeated in it: what could not be read is not to be trusted.
    """
    body = to_json(
        {
            "type": f"/docs/errors#{refusal.code}",
            "title": refusal.title(),
            "status": refusal.status,
            "detail": refusal.detail,
            "instance": "",
            "code": refusal.code,
            "retryable": refusal.retryable,
            "request_id": request_id,
            "errors": [],
        }
    )
    lines = [
        f"HTTP/1.1 {refusal.status} {refusal.title()}",
        "Connection: close",
        f"Content-Type: {PROBLEM_TYPE}",
        f"Content-Length: {len(body)}",
        f"X-Request-Id: {request_id}",
        "X-Content-Type-Options: nosniff",
        *(["Retry-After: 5"] if refusal.retryable else []),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body
