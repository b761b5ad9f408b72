"""Headers that keep the page to itself: nothing from other hosts, nothing inline, no copies."""

import secrets

from flask import Flask, Response, g, request

_EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


def script_nonce() -> str:
    """Return this response's nonce, for the one inline element: the import map."""
    if "script_nonce" not in g:
        g.script_nonce = secrets.token_urlsafe(16)
    return str(g.script_nonce)


def content_security_policy(nonce: str | None) -> str:
    """Return the policy of a page; with a nonce when it has an import map."""
    scripts = f"script-src 'self' 'nonce-{nonce}'" if nonce else "script-src 'self'"
    return (
        f"default-src 'self'; {scripts}; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    )


def protect(app: Flask, api_prefix: str) -> None:
    """Add the headers to every answer of the app that does not set them itself.

    Args:
        app: the game.
        api_prefix: nobody keeps a copy of what is answered below it: it may be about one player.
    """

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in _EVERYWHERE.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault(
            "Content-Security-Policy", content_security_policy(g.get("script_nonce"))
        )
        if request.path.startswith(f"{api_prefix}/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response
