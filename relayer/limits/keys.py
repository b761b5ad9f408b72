"""Keys of games: what they look like, what they allow, and what is kept of them.

A key is ``house_<id>_<secret>``. The store keeps the hash of the secret, and a second secret that
is derived from it, with which the game signs play tickets: whoever reads the store can forge
tickets until the key is rotated, but cannot use the key.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from enum import StrEnum

_FORM = re.compile(r"house_([0-9a-f]{12})_([0-9a-f]{64})")
_ID_BYTES, _SECRET_BYTES = 6, 32


class Scope(StrEnum):
    """What a key may be used for."""

    SUBMIT = "submit"  #: send contributions and validations
    READ = "read"  #: list what the game sent
    CANCEL = "cancel"  #: take back what the game sent, without the player's signature
    WEBHOOKS = "webhooks"  #: say where news go to


@dataclass(frozen=True, slots=True)
class GameKey:
    """A key as the house knows it."""

    id: str
    name: str
    scopes: frozenset[Scope]
    created_at: float
    expires_at: float | None = None  #: None: never
    revoked_at: float | None = None
    quota: int | None = None  #: submissions in a window; None: as the settings say
    daily_budget_gwei: int | None = None  #: None: as the settings say

    def is_valid(self, now: float) -> bool:
        """Whether the key can be used now."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


@dataclass(frozen=True, slots=True)
class KeyToken:
    """A key as the game holds it."""

    id: str
    secret: str = field(repr=False)  #: 64 hexadecimal digits

    @classmethod
    def mint(cls, key_id: str | None = None) -> KeyToken:
        """Make a new key, or a new secret for a key that exists."""
        return cls(key_id or secrets.token_hex(_ID_BYTES), secrets.token_hex(_SECRET_BYTES))

    @classmethod
    def parse(cls, text: str) -> KeyToken | None:
        """Return the key that a text spells, or None."""
        match = _FORM.fullmatch(text)
        return None if match is None else cls(match[1], match[2])

    def reveal(self) -> str:
        """Return the key as text; it is a secret."""
        return f"house_{self.id}_{self.secret}"

    def secret_hash(self) -> str:
        """Return what the store knows the secret by. It is random, so no slow hash is needed."""
        return hashlib.sha256(bytes.fromhex(self.secret)).hexdigest()

    def ticket_secret(self) -> bytes:
        """Return the secret for play tickets; game and house derive the same."""
        return hmac.digest(bytes.fromhex(self.secret), b"play ticket secret 1", "sha256")
