"""Every way to fail ends in problem details, also where no route was found."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from flask import Response, request
from werkzeug.exceptions import ClientDisconnected, HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response as WerkzeugResponse

from relayer.api.responses import problem_response, request_id
from relayer.errors import Refusal
from relayer.refusals import (
    BadRequest,
    BodyTooLarge,
    InternalError,
    MethodNotAllowed,
    NotFound,
    RequestTooSlow,
    StoreUnavailable,
    UnsupportedMediaType,
)
from relayer.store.faults import fault_of

logger = logging.getLogger(__name__)

#: Gives the address under which the reference of errors can be opened.
DocumentsRoot = Callable[[], str]


def not_found() -> NotFound:
    """Return the refusal of an address that does not exist."""
    return NotFound(
        f"There is no {request.path} here. The API begins at /v1/config.",
    )


def method_not_allowed(headers: Mapping[str, str]) -> MethodNotAllowed:
    """Return the refusal of a method that an address does not know."""
    return MethodNotAllowed(
        f"{request.path} does not answer to {request.method}. The Allow header tells what it "
        "answers to.",
        headers=headers,
    )


def body_too_large(most_bytes: int) -> BodyTooLarge:
    """Return the refusal of a body beyond the limit."""
    return BodyTooLarge(
        f"The body is larger than {most_bytes} bytes. Send fewer contributions at once."
    )


def store_unavailable() -> StoreUnavailable:
    """Return the refusal of everything that needs the database while it cannot be used."""
    return StoreUnavailable(
        "The relayer cannot use its database at the moment. Nothing that was accepted before is "
        f"lost. {_remedy()}"
    )


def _remedy() -> str:
    """What to do about a request of which nobody knows whether it took effect."""
    _, is_about_webhooks, rest = request.path.partition("/v1/webhooks")
    if request.method != "POST" or not is_about_webhooks:
        return "Send the same request again later; whatever happens, it takes effect once at most."
    first = f"GET /v1/webhooks{rest.rpartition('/')[0]}"
    return (
        f"Look at {first} later, before you send the request again: it may have taken effect "
        "without an answer, and would then take effect twice."
    )


def from_http(error: HTTPException) -> Refusal:
    """Return the refusal that stands for one of the framework's own errors."""
    headers = {name: value for name, value in error.get_headers() if name == "Allow"}
    if error.code == NotFound.status:
        return not_found()
    if error.code == MethodNotAllowed.status:
        return method_not_allowed(headers)
    if isinstance(error, ClientDisconnected) and isinstance(error.__context__, TimeoutError):
        return RequestTooSlow("The body did not arrive in time. Send the same request again.")
    if isinstance(error, RequestEntityTooLarge):
        return body_too_large((request.max_content_length or 1) - 1)
    if error.code == UnsupportedMediaType.status:
        return UnsupportedMediaType("Send the body as application/json.")
    if error.code is not None and error.code < InternalError.status:
        return BadRequest(f"{error.name}. Correct the request.")
    return InternalError("The relayer could not answer. Send the same request again later.")


class FailureHandlers:
    """The error handlers of a blueprint or an app."""

    def __init__(self, documents_root: DocumentsRoot) -> None:
        self._documents_root = documents_root

    def refusal(self, error: Refusal) -> Response:
        """Answer a refusal."""
        return problem_response(error, self._documents_root())

    def http(self, error: HTTPException) -> WerkzeugResponse:
        """Answer an error of the framework."""
        if error.response is not None or (error.code or 500) < 400:
            return error.get_response(request.environ)
        return problem_response(from_http(error), self._documents_root())

    def unexpected(self, error: Exception) -> Response:
        """Answer a defect: the log gets everything, the client an id to ask for.

        A database that cannot be used is no defect; the client is told no more about it.
        """
        fault = fault_of(error)
        if fault is not None:
            return self._without_store(fault)
        logger.error(
            "request %s %s %s failed",
            request_id(),
            request.method,
            request.path,
            exc_info=error,
            extra={"action": "request_failed", "request_id": request_id()},
        )
        refusal = InternalError(
            f"The relayer failed to answer; nothing was stored half. {_remedy()} Or report the "
            f"request id {request_id()}."
        )
        return problem_response(refusal, self._documents_root())

    def _without_store(self, fault: str) -> Response:
        logger.error(
            "request %s %s %s failed: %s",
            request_id(),
            request.method,
            request.path,
            fault,
            extra={"action": "store_unavailable", "request_id": request_id()},
        )
        return problem_response(store_unavailable(), self._documents_root())
