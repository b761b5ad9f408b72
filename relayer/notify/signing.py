"""Signatures of webhooks: https://www.standardwebhooks.com, version 1.0.0, symmetric scheme.

What is signed is ``id.timestamp.body``; the key is a secret of 24 to 64 random bytes, written as
``whsec_`` with base64. While a secret is rotated a message carries two signatures.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from collections.abc import Iterable, Mapping
from typing import Final

ID_HEADER: Final = "webhook-id"
TIMESTAMP_HEADER: Final = "webhook-timestamp"
SIGNATURE_HEADER: Final = "webhook-signature"
#: How far the clocks of sender and receiver may be apart.
TOLERANCE_S: Final = 300

_PREFIX: Final = "whsec_"
_VERSION: Final = "v1"
_SECRET_BYTES: Final = 32


class WebhookSignatureError(Exception):
    """A request is not a webhook of the house; answer it with 400 and do nothing."""


def mint_secret() -> bytes:
    """Make a new secret."""
    return secrets.token_bytes(_SECRET_BYTES)


def secret_text(secret: bytes) -> str:
    """Return a secret as it is shown, once."""
    return _PREFIX + base64.b64encode(secret).decode()


def read_secret(text: str) -> bytes:
    """Return the secret that a text spells.

    Raises:
        WebhookSignatureError: it has not the form ``whsec_<base64>``.
    """
    try:
        return base64.b64decode(text.strip().removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise WebhookSignatureError("The secret has not the form whsec_<base64>.") from error


def sign(keys: Iterable[bytes], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the headers of a webhook, signed with each of the keys."""
    signatures = (f"{_VERSION},{_digest(key, message_id, timestamp, body)}" for key in keys)
    return {
        ID_HEADER: message_id,
        TIMESTAMP_HEADER: str(timestamp),
        SIGNATURE_HEADER: " ".join(signatures),
    }


def verify(secret: str, headers: Mapping[str, str], body: bytes, now: float) -> str:
    """Check that a request is a webhook of the house, and a fresh one.

    Args:
        secret: as the house showed it.
        headers: of the request; their names may be spelt in any case.
        body: of the request, unchanged.
        now: unix seconds.

    Returns:
        The message's id; a message may come more than once, so remember what was done for it.

    Raises:
        WebhookSignatureError: it is not, or too old, or from the future.
    """
    sent = {name.lower(): value for name, value in headers.items()}
    try:
        message_id, signatures = sent[ID_HEADER], sent[SIGNATURE_HEADER].split()
        timestamp = int(sent[TIMESTAMP_HEADER])
    except (KeyError, ValueError):
        raise WebhookSignatureError("A header of webhooks is missing or malformed.") from None
    if abs(now - timestamp) > TOLERANCE_S:
        raise WebhookSignatureError(
            f"The message is {now - timestamp:.0f} s old; {TOLERANCE_S} s are taken. Set the clock."
        )
    expected = f"{_VERSION},{_digest(read_secret(secret), message_id, timestamp, body)}".encode()
    # All are compared, so that the time tells nothing about which one is right.
    if not sum(hmac.compare_digest(expected, each.encode()) for each in signatures):
        raise WebhookSignatureError("The signature is not that of this secret.")
    return message_id


def _digest(key: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    signed = f"{message_id}.{timestamp}.".encode() + body
    return base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
