"""Signatures of webhooks: the scheme's own example, and everything that must not pass."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relayer.notify.signing import (
    TOLERANCE_S,
    WebhookSignatureError,
    mint_secret,
    read_secret,
    secret_text,
    sign,
    verify,
)

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE = "msg_p5jXN8AQM9LWM0D4loKWxJek"
BODY = b'{"test": 2432232314}'
NOW = 1_614_265_330


def headers(**changes: str) -> dict[str, str]:
    signed = sign([read_secret(SECRET)], MESSAGE, NOW, BODY)
    return signed | {name.replace("_", "-"): value for name, value in changes.items()}


def test_signs_like_the_schemes_own_example() -> None:
    expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers()["webhook-signature"] == expected


def test_takes_what_it_signed_in_any_spelling_of_the_headers() -> None:
    shouted = {name.upper(): value for name, value in headers().items()}
    assert verify(SECRET, shouted, BODY, NOW) == MESSAGE


@given(st.binary(max_size=200))
def test_a_secret_is_read_as_it_was_shown(body: bytes) -> None:
    secret = mint_secret()
    signed = sign([mint_secret(), secret], MESSAGE, NOW, body)
    assert verify(secret_text(secret), signed, body, NOW) == MESSAGE


@pytest.mark.parametrize("age_s", [-TOLERANCE_S - 1, TOLERANCE_S + 1])
def test_old_messages_and_those_from_the_future_are_refused(age_s: int) -> None:
    with pytest.raises(WebhookSignatureError, match="Set the clock"):
        verify(SECRET, headers(), BODY, NOW + age_s)


@pytest.mark.parametrize(
    "changes",
    [
        {"webhook_id": "msg_other"},
        {"webhook_timestamp": str(NOW + 1)},
        {"webhook_signature": "v1,AAAA"},
        {"webhook_signature": ""},
        {"webhook_signature": "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="},
        {"webhook_signature": "v1,\u00fc"},
        {"webhook_timestamp": "soon"},
    ],
)
def test_nothing_signed_may_be_changed(changes: dict[str, str]) -> None:
    with pytest.raises(WebhookSignatureError):
        verify(SECRET, headers(**changes), BODY, NOW)


def test_the_body_may_not_be_changed() -> None:
    with pytest.raises(WebhookSignatureError, match="not that of this secret"):
        verify(SECRET, headers(), BODY + b" ", NOW)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_header_that_is_missing_is_refused(name: str) -> None:
    left = {key: value for key, value in headers().items() if key != name}
    with pytest.raises(WebhookSignatureError, match="missing or malformed"):
        verify(SECRET, left, BODY, NOW)


def test_a_secret_that_is_none_is_refused() -> None:
    with pytest.raises(WebhookSignatureError, match="whsec_<base64>"):
        verify("whsec_!", headers(), BODY, NOW)
