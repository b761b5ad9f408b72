"""The two pages for people: status, and what each error code means."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response
from markupsafe import Markup, escape

from relayer.api.mount import Mount
from relayer.refusals import refusals

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
_STYLE = "body{font:1.1rem/1.5 system-ui;max-width:42rem;margin:3rem auto;padding:0 1rem}"
_RETRY = {
    True: "The same request may succeed later.",
    False: "The same request will not succeed unchanged.",
}


class DocumentRoutes:
    """Serves ``/docs/errors``, where the ``type`` of every problem points."""

    def __init__(self, mount: Mount) -> None:
        mount.route("/docs/errors", GET=self.errors)

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
        return _html("Error codes", parts)


def page(title: str, sentences: Sequence[str]) -> Response:
    """Answer with a page of a few sentences."""
    return _html(title, [Markup("<p>{}</p>").format(sentence) for sentence in sentences])


def _html(title: str, parts: Sequence[Markup]) -> Response:
    document = Markup(
        "<!doctype html><html lang=en><meta charset=utf-8>"
        "<meta name=viewport content='width=device-width'>"
        "<title>{title}</title><style>{style}</style><h1>{title}</h1>{body}</html>"
    ).format(title=title, style=Markup(_STYLE), body=Markup("").join(parts))  # noqa: S704
    headers = {"Content-Security-Policy": _POLICY}
    return Response(escape(document), headers=headers, mimetype="text/html")
