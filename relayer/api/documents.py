"""Routes that describe the API: the OpenAPI document, the page made from it, the error codes."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import Any, Final

from flask import Response, request
from markupsafe import Markup
from pydantic_core import to_json
from werkzeug.wrappers import Response as WerkzeugResponse

from relayer.api import parameters
from relayer.api.document_page import document_parts
from relayer.api.mount import Mount
from relayer.api.openapi import build_document
from relayer.api.operations import Answer, Operation
from relayer.api.pages import HTML, html
from relayer.javascript import MODULE
from relayer.refusals import refusals

JAVASCRIPT: Final = "text/javascript"

_RETRY: Final = {
    True: "The same request may succeed later.",
    False: "The same request will not succeed unchanged.",
}


class DocumentRoutes:
    """Serves ``/openapi.json``, ``/docs``, ``/docs/errors`` and ``/sdk``; mount it last."""

    def __init__(self, mount: Mount) -> None:
        self._mount = mount
        document = {
            200: Answer("OpenAPI 3.1.", dict[str, Any], headers=("ETag",)),
            304: Answer("The document is the same.", media_type=None, headers=("ETag",)),
        }
        page = {200: Answer("A page for people.", media_type=HTML)}
        mount.route(
            "/openapi.json",
            GET=Operation(self.openapi, "readOpenapi", document, (parameters.IF_NONE_MATCH,)),
        )
        module = {
            200: Answer("A module that imports nothing.", media_type=JAVASCRIPT, headers=("ETag",)),
            304: Answer("The module is the same.", media_type=None, headers=("ETag",)),
        }
        mount.route(
            "/sdk/on-the-house.js",
            GET=Operation(self.module, "readModule", module, (parameters.IF_NONE_MATCH,)),
        )
        mount.route("/docs", GET=Operation(self.reference, "readReference", page))
        mount.route("/docs/errors", GET=Operation(self.errors, "readErrors", page))

    @cached_property
    def _document(self) -> dict[str, Any]:
        return build_document(self._mount.operations)

    def openapi(self) -> WerkzeugResponse:
        """Describe every route for machines."""
        servers = [{"url": self._mount.documents_root()}]
        return _cached(to_json(self._document | {"servers": servers}), "application/json")

    def module(self) -> WerkzeugResponse:
        """Serve the kit for JavaScript."""
        return _cached(MODULE.read_bytes(), JAVASCRIPT)

    def reference(self) -> Response:
        """Describe every route for people."""
        return html("HTTP API", document_parts(self._document, self._mount.base()))

    def errors(self) -> Response:
        """Explain every error code."""
        parts = [
            Markup(
                '<section id="{code}"><h2>{code}</h2><p>{title}. {advice}</p><p>HTTP {status}. '
                "{retry}</p></section>"
            ).format(
                code=refusal.code,
                title=refusal.title(),
                advice=refusal.advice(),
                status=refusal.status,
                retry=_RETRY[refusal.retryable],
            )
            for refusal in refusals()
        ]
        return html("Error codes", parts)


def _cached(body: bytes, media_type: str) -> WerkzeugResponse:
    """An answer that any page may read, and that is sent only when it has changed."""
    response = Response(body, mimetype=media_type)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(hashlib.sha256(body).hexdigest()[:32])
    return response.make_conditional(request)
