"""Headers that keep pages to themselves: nothing inline, nothing from elsewhere, no copies."""

from __future__ import annotations

from typing import Final

from flask import Response

from relayer.api.responses import request_id

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_EVERYWHERE: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


def protect(response: Response, *, is_file: bool) -> Response:
    """Add the headers to an answer of the dashboard.

    Args:
        response: the answer.
        is_file: whether it is a file of the program, which tells nothing about this house.
    """
    response.headers.update(_EVERYWHERE)
    response.headers["X-Request-Id"] = request_id()
    response.headers["Cache-Control"] = "no-cache" if is_file else "no-store"
    return response
