"""Pages for people: one frame, one style, no script, nothing from anywhere else."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Sequence
from typing import Final

from flask import Response
from markupsafe import Markup, escape

HTML: Final = "text/html"

_STYLE: Final = """
:root{color-scheme:light dark;--line:#8884;--soft:#8881;--accent:#b4531f}
body{font:1.05rem/1.55 system-ui,sans-serif;max-width:52rem;margin:3rem auto;padding:0 1rem}
a{color:var(--accent)}
code{font:.92em ui-monospace,monospace;background:var(--soft);padding:.1em .3em;border-radius:.2em}
h2{margin-top:3rem;border-bottom:1px solid var(--line)}
h3{margin-top:2.5rem;font:600 1.05rem ui-monospace,monospace;overflow-wrap:anywhere}
h4{margin:1.2rem 0 .3rem}
table{border-collapse:collapse;width:100%;font-size:.95rem;display:block;overflow-x:auto}
td,th{border-bottom:1px solid var(--line);padding:.3rem .6rem .3rem 0}
td,th{text-align:left;vertical-align:top}
td:first-child{white-space:nowrap}
""".strip()

_STYLE_HASH: Final = b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
#: The browser applies this one style sheet and nothing else at all.
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


def page(title: str, sentences: Sequence[str]) -> Response:
    """Answer with a page of a few sentences."""
    return html(title, [Markup("<p>{}</p>").format(sentence) for sentence in sentences])


def html(title: str, parts: Sequence[Markup]) -> Response:
    """Answer with a page of several parts."""
    document = Markup(
        "<!doctype html><html lang=en><meta charset=utf-8>"
        "<meta name=viewport content='width=device-width'>"
        "<title>{title}</title><style>{style}</style><h1>{title}</h1>{body}</html>"
    ).format(title=title, style=Markup(_STYLE), body=Markup("").join(parts))  # noqa: S704
    headers = {
        "Content-Security-Policy": POLICY,
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-cache",
    }
    return Response(escape(document), headers=headers, mimetype=HTML)
