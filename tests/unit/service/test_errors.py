"""The table of refusals, and the client's errors that answer to it."""

from __future__ import annotations

import re

import pytest

from relayer.client import errors as client_errors
from relayer.client.errors import ApiError, InvalidRequestError, UnavailableError, api_error
from relayer.errors import Refusal
from relayer.refusals import refusals

#: Codes for which no class of its own helps a client.
GENERAL = {
    "malformed-json",
    "bad-request",
    "body-too-large",
    "json-too-deep",
    "unsupported-media-type",
    "method-not-allowed",
    "schema-violation",
    "unknown-trainer",
    "not-ready",
    "internal-error",
    "metrics-closed",
    "store-unavailable",
    "request-too-slow",
    "address-too-long",
    "headers-too-large",
    "expectation-failed",
    "idempotency-key-malformed",
    "idempotency-key-in-flight",
    "idempotency-key-reused",
    "action-refused",
}
#: What passes by itself although it is the caller's doing.
PASSING = {"idempotency-key-in-flight", "request-too-slow"}


@pytest.mark.parametrize("refusal", list(refusals()))
def test_a_refusal_is_complete(refusal: type[Refusal]) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", refusal.code)
    assert 400 <= refusal.status < 600
    passing = refusal.status == 429 or refusal.status >= 500 or refusal.code in PASSING
    assert refusal.retryable == passing
    assert len(refusal.title()) > 10
    assert refusal.advice().endswith(".")


def test_codes_are_distinct() -> None:
    codes = [refusal.code for refusal in refusals()]
    assert len(codes) == len(set(codes))


def test_the_module_draws_every_refusal() -> None:
    import relayer.refusals

    drawing = relayer.refusals.__doc__ or ""
    assert {refusal.__name__ for refusal in refusals()} <= set(re.findall(r"\w+", drawing))


@pytest.mark.parametrize("refusal", list(refusals()))
def test_the_client_has_a_class_or_a_family_for_every_code(refusal: type[Refusal]) -> None:
    error = api_error(
        {"code": refusal.code, "status": refusal.status, "retryable": refusal.retryable}
    )
    family = UnavailableError if refusal.retryable else InvalidRequestError
    has_own_class = type(error) not in (ApiError, family)
    assert has_own_class == (refusal.code not in GENERAL)


def test_codes_of_the_future_get_their_family() -> None:
    assert type(api_error({"code": "x", "status": 422})) is InvalidRequestError
    assert type(api_error({"code": "x", "status": 503, "retryable": True})) is UnavailableError
    assert type(api_error({"code": "x", "status": 500})) is ApiError


def test_the_client_draws_every_error() -> None:
    drawn = set(re.findall(r"\w+Error", client_errors.__doc__ or ""))
    defined = {
        name
        for name, value in vars(client_errors).items()
        if isinstance(value, type) and issubclass(value, client_errors.RelayerClientError)
    }
    assert drawn == defined
