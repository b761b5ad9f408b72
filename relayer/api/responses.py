"""Answers: JSON, problems by RFC 9457, and the headers that every answer carries."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import Response, g, request
from pydantic_core import to_json
from werkzeug.datastructures import Headers

from relayer.api.forms import Problem
from relayer.errors import Refusal
from relayer.logs import ACCESS_FACTS

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

PROBLEM_TYPE = "application/problem+json"

#: When to send again what was refused for a reason that says nothing better.
RETRY_AFTER_S = 5

#: In a WSGI environment: the id of the request.
_OWN_ID = "relayer.request_id"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Dataset-Block, ETag, Idempotency-Replayed, Link, Location, RateLimit, RateLimit-Policy, "
        "Retry-After, X-Request-Id"
    ),
}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST, DELETE",
    "Access-Control-Allow-Headers": (
        "Authorization, Contribution-Signature, Content-Type, Idempotency-Key, If-None-Match, "
        "Play-Ticket, Validation-Signature, X-Request-Id"
    ),
    "Access-Control-Max-Age": "86400",
}


def documents_root(public_url: str | None, url_prefix: str = "") -> str:
    """Return the address under which the service's own documents can be opened.

    Args:
        public_url: the setting; without it, the address that this request came to.
        url_prefix: where the routes are mounted.
    """
    return (public_url or request.url_root).rstrip("/") + url_prefix


class JsonAnswer(Response):
    """An answer whose headers go out as they are; the framework's pass over them costs time."""

    default_mimetype = "application/json"

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        """Return the headers, which hold the length already and nothing but ASCII."""
        return self.headers


def json_response(
    value: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Answer with JSON.

    Args:
        value: of types that JSON has.
        status: of HTTP, one that comes with a body.
        headers: further ones, in ASCII.
    """
    return JsonAnswer(to_json(value), status, headers)


def request_id() -> str:
    """Return the id of this request: the client's own if it is well formed, else a new one."""
    return id_of(request.environ)


def id_of(environ: WSGIEnvironment) -> str:
    """Return the id of the request with this environment, see `request_id`."""
    identity: str | None = environ.get(_OWN_ID)
    if identity is None:
        given = environ.get("HTTP_X_REQUEST_ID", "")
        identity = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        environ[_OWN_ID] = identity
    return identity


def refused_codes() -> list[str]:
    """Return the codes that this request was refused with so far, one for each element."""
    if "relayer_refused_codes" not in g:
        g.relayer_refused_codes = []
    codes: list[str] = g.relayer_refused_codes
    return codes


def problem(refusal: Refusal, root: str, *, pointer: str = "") -> Problem:
    """Return a refusal as problem details.

    Args:
        refusal: what is refused and why.
        root: where the service's documents can be opened, see `documents_root`.
        pointer: where the refused part stands in the body.
    """
    refused_codes().append(refusal.code)
    request.environ[ACCESS_FACTS] = lambda: {"code": refusal.code}
    told: Problem = {
        "type": f"{root}/docs/errors#{refusal.code}",
        "title": refusal.title(),
        "status": refusal.status,
        "detail": refusal.detail,
        "instance": request.path,
        "code": refusal.code,
        "retryable": refusal.retryable,
        "request_id": request_id(),
        "errors": [
            {"pointer": f"{pointer}{place}", "detail": detail} for place, detail in refusal.errors
        ],
    }
    if refusal.retryable:
        told["retry_after_s"] = int(refusal.headers.get("Retry-After", RETRY_AFTER_S))
    if refusal.reason is not None:
        told["reason"] = refusal.reason
    if refusal.until_at is not None:
        told["until_at"] = refusal.until_at
    return told


def problem_response(refusal: Refusal, root: str, **extra: Any) -> Response:
    """Answer with problem details and further members."""
    body = to_json({**problem(refusal, root), **extra})
    headers = (
        {"Retry-After": str(RETRY_AFTER_S), **refusal.headers}
        if refusal.retryable
        else refusal.headers
    )
    return Response(body, refusal.status, headers, mimetype=PROBLEM_TYPE)


def finish(response: Response) -> Response:
    """Add the headers that every answer of the relayer carries."""
    response.headers.update(headers_of_all(request.environ))
    return response


def headers_of_all(environ: WSGIEnvironment) -> dict[str, str]:
    """Return the headers that every answer of the relayer carries to such a request."""
    headers = {"X-Request-Id": id_of(environ), "X-Content-Type-Options": "nosniff"}
    if "/v1/" in environ["PATH_INFO"] and "/v1/ops/" not in environ["PATH_INFO"]:
        headers |= _CORS
        if environ["REQUEST_METHOD"] == "OPTIONS":
            headers |= _PREFLIGHT
    return headers
