"""The random texts that prove who somebody is, and what is kept of them.

A session's token is in a cookie of the browser; the token of a form is made of it, so that no page
of a stranger knows it and nothing has to be stored. A program's token is ``ops_<id>_<secret>``.
The store knows each by its hash: they are random, so no slow hash is needed.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from typing import Final

_COOKIE: Final = re.compile(r"[0-9a-f]{64}")
_API: Final = re.compile(r"ops_([0-9a-f]{12})_([0-9a-f]{64})")


def new_cookie_token() -> str:
    """Make the token of a browser."""
    return secrets.token_hex(32)


def new_id() -> str:
    """Make a name for a session, a form or a token; it proves nothing."""
    return secrets.token_hex(6)


def read_cookie_token(text: str | None) -> str | None:
    """Return the token that a cookie holds, or None."""
    return text if text is not None and _COOKIE.fullmatch(text) else None


def hash_of(token: str) -> str:
    """Return what the store knows a token by."""
    return hashlib.sha256(token.encode()).hexdigest()


def form_token(cookie_token: str) -> str:
    """Return the token that the forms of a browser carry."""
    return hmac.digest(cookie_token.encode(), b"form token 1", "sha256").hex()


def is_form_token(given: str, cookie_token: str) -> bool:
    """Return whether a form carries the token of the browser that sends it."""
    return hmac.compare_digest(given.encode(), form_token(cookie_token).encode())


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A program's token as the program holds it."""

    id: str
    secret: str = field(repr=False)

    @classmethod
    def mint(cls) -> ApiToken:
        """Make a new one."""
        return cls(new_id(), secrets.token_hex(32))

    @classmethod
    def parse(cls, text: str) -> ApiToken | None:
        """Return the token that a text spells, or None."""
        match = _API.fullmatch(text)
        return None if match is None else cls(match[1], match[2])

    def reveal(self) -> str:
        """Return the token as text; it is a secret."""
        return f"ops_{self.id}_{self.secret}"

    def secret_hash(self) -> str:
        """Return what the store knows it by."""
        return hash_of(self.secret)
