"""One id for each request: on the answer, in the log, and at the relayer that is asked."""

import re
import secrets
from typing import Final

from flask import Flask, Response, g, has_request_context, request

HEADER: Final = "X-Request-Id"
_FORM: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")


def request_id() -> str | None:
    """Return the id of the request under way: the page's own if it is well formed, else a new one.

    None: no request is under way.
    """
    if not has_request_context():
        return None
    if "hunch_request_id" not in g:
        given = request.headers.get(HEADER, "")
        g.hunch_request_id = given if _FORM.fullmatch(given) else secrets.token_hex(8)
    return str(g.hunch_request_id)


def name_requests(app: Flask) -> None:
    """Put the id on every answer that has none yet; those of an embedded relayer have."""

    @app.after_request
    def add_id(response: Response) -> Response:
        identity = request_id()
        if identity is not None:
            response.headers.setdefault(HEADER, identity)
        return response
