"""Passwords of the dashboard's users, and what is kept of them.

A hash is ``scrypt$N$r$p$salt$key``, so that the cost can be raised and old hashes still be read.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from base64 import b64decode, b64encode
from functools import cache
from typing import Final

from relayer.errors import SettingsError

#: Work factor N of scrypt (RFC 7914), with r = 8 and p = 3: one guess takes 32 MB and a third of a
#: second.
COST = 2**15
_BLOCK, _LANES = 8, 3
_SALT_BYTES, _KEY_BYTES = 16, 32
#: What one guess may take, with room for dearer hashes of a later version.
_MOST_BYTES = 256 * 2**20

#: Shorter ones are guessed.
LEAST_LENGTH: Final = 12
#: Longer ones only make work.
MOST_LENGTH: Final = 1_024

#: One guess at a time: many at once would take the machine's memory.
_turn = threading.Lock()


def check_password(password: str) -> None:
    """Check that a new password is one.

    Raises:
        SettingsError: it is too short, too long, or one character over and over.
    """
    if not LEAST_LENGTH <= len(password) <= MOST_LENGTH or len(set(password)) < LEAST_LENGTH // 2:
        raise SettingsError(
            f"the password must have {LEAST_LENGTH} to {MOST_LENGTH} characters, and not the same "
            "few over and over; let a password manager make one"
        )


def hash_password(password: str) -> str:
    """Return what the store knows a password by."""
    salt = secrets.token_bytes(_SALT_BYTES)
    key = _derive(password, salt, COST, _BLOCK, _LANES)
    return f"scrypt${COST}${_BLOCK}${_LANES}${b64encode(salt).decode()}${b64encode(key).decode()}"


def is_right(password: str, password_hash: str | None) -> bool:
    """Return whether a password is the one of a hash.

    Without a hash, for a user that does not exist, it takes as long and is never right.
    """
    wanted = password_hash or _nobodys_hash()
    _, cost, block, lanes, salt, key = wanted.split("$")
    found = _derive(password[:MOST_LENGTH], b64decode(salt), int(cost), int(block), int(lanes))
    return hmac.compare_digest(found, b64decode(key)) and password_hash is not None


@cache
def _nobodys_hash() -> str:
    return hash_password(secrets.token_hex(32))


def _derive(password: str, salt: bytes, cost: int, block: int, lanes: int) -> bytes:
    with _turn:
        return hashlib.scrypt(
            password.encode("utf-8", "surrogatepass"),
            salt=salt,
            n=cost,
            r=block,
            p=lanes,
            maxmem=_MOST_BYTES,
            dklen=_KEY_BYTES,
        )
