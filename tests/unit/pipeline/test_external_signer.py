"""External signers: every answer but the transaction that was asked for is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relayer.chain.fees import Fees
from relayer.clock import SystemClock
from relayer.errors import SettingsError
from relayer.keys import (
    ExternalSigner,
    Signer,
    SignerKeyError,
    SignerMismatchError,
    SignerRefusedError,
    SignerUnreachableError,
    TransactionFields,
)
from relayer.keys.envelope import check_signed
from relayer.settings import Settings
from tests.signing_service import ORDER, Mood, SigningService

KEY = b"\x42" * 32
SIGNER = Signer(KEY)
FIELDS = TransactionFields(31337, 7, Signer(b"\x05" * 32).address, b"\x01\x02", 90_000)
FEES = Fees(3 * 10**9, 10**9)

MISMATCHES = (
    Mood.OTHER_NONCE,
    Mood.OTHER_RECEIVER,
    Mood.MORE_VALUE,
    Mood.DEARER,
    Mood.OTHER_CHAIN,
    Mood.ACCESS_LIST,
    Mood.LEGACY,
    Mood.TRAILING,
    Mood.GARBAGE,
)


@pytest.fixture
def service() -> Iterator[SigningService]:
    service = SigningService(KEY)
    yield service
    service.close()


def make_signer(service: SigningService, **overrides: Any) -> ExternalSigner:
    fields: dict[str, Any] = {
        "method": "eth_signTransaction",
        "timeout_s": 5.0,
        "clock": SystemClock(),
    }
    return ExternalSigner(service.url, SIGNER.address, **(fields | overrides))


@pytest.mark.parametrize("mood", [Mood.WEB3SIGNER, Mood.CLEF])
def test_answers_of_known_signers_are_taken(service: SigningService, mood: Mood) -> None:
    service.mood = mood
    signed = make_signer(service, token="secret").sign(FIELDS, FEES)
    assert signed == SIGNER.sign(FIELDS, FEES)
    assert service.tokens == ["Bearer secret"]
    assert service.requests == [
        {
            "from": SIGNER.address,
            "to": FIELDS.to,
            "gas": "0x15f90",
            "maxFeePerGas": "0xb2d05e00",
            "maxPriorityFeePerGas": "0x3b9aca00",
            "value": "0x0",
            "nonce": "0x7",
            "data": "0x0102",
            "chainId": "0x7a69",
        }
    ]


@pytest.mark.parametrize("mood", MISMATCHES)
def test_anything_else_that_was_signed_is_refused(service: SigningService, mood: Mood) -> None:
    service.mood = mood
    with pytest.raises(SignerMismatchError, match="something else than the transaction"):
        make_signer(service).sign(FIELDS, FEES)


def test_signature_of_another_key_is_refused(service: SigningService) -> None:
    service.mood = Mood.OTHER_KEY
    with pytest.raises(SignerMismatchError, match="signed with the key of"):
        make_signer(service).sign(FIELDS, FEES)


@pytest.mark.parametrize("mood", [Mood.REFUSING, Mood.NOT_JSON, Mood.NO_RESULT])
def test_refusals_and_babble_are_told_apart_from_silence(
    service: SigningService, mood: Mood
) -> None:
    service.mood = mood
    with pytest.raises(SignerRefusedError):
        make_signer(service).sign(FIELDS, FEES)


@pytest.mark.parametrize("mood", [Mood.SILENT, Mood.HUGE])
def test_silence_and_floods_end_in_time(service: SigningService, mood: Mood) -> None:
    service.mood = mood
    with pytest.raises(SignerUnreachableError):
        make_signer(service, timeout_s=0.3).sign(FIELDS, FEES)


def test_redirections_are_not_followed(service: SigningService) -> None:
    service.mood = Mood.REDIRECTING
    with pytest.raises(SignerKeyError):
        make_signer(service).sign(FIELDS, FEES)
    assert len(service.requests) == 1


def test_signer_that_is_gone_is_unreachable(service: SigningService) -> None:
    signer = ExternalSigner(
        "http://127.0.0.1:1",
        SIGNER.address,
        method="eth_signTransaction",
        timeout_s=1,
        clock=SystemClock(),
    )
    with pytest.raises(SignerUnreachableError, match="Check that it runs"):
        signer.sign(FIELDS, FEES)


NUMBERS = st.integers(0, 2**255)


@given(
    chain_id=st.integers(1, 2**63),
    nonce=st.integers(0, 2**64 - 2),
    fee=NUMBERS,
    tip=NUMBERS,
    gas=st.integers(21_000, 2**40),
    value=NUMBERS,
    data=st.binary(max_size=300) | st.just(b"\x00") | st.just(b"\x80"),
    key=st.binary(min_size=31, max_size=31),
)
def test_every_transaction_of_the_own_kind_passes(
    chain_id: int,
    nonce: int,
    fee: int,
    tip: int,
    gas: int,
    value: int,
    data: bytes,
    key: bytes,
) -> None:
    signer = Signer(b"\x01" + key)
    fields = TransactionFields(chain_id, nonce, FIELDS.to, data, gas, value)
    fees = Fees(max(fee, tip), min(fee, tip))
    signed = signer.sign(fields, fees)
    assert check_signed(signed.raw, fields, fees, signer.address) == signed.hash


@given(st.data())
def test_no_changed_byte_passes(data: st.DataObject) -> None:
    raw = bytearray(SIGNER.sign(FIELDS, FEES).raw)
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SignerMismatchError):
        check_signed(bytes(raw), FIELDS, FEES, SIGNER.address)


@given(st.binary(max_size=200))
def test_no_garbage_passes(garbage: bytes) -> None:
    with pytest.raises(SignerMismatchError):
        check_signed(garbage, FIELDS, FEES, SIGNER.address)
    with pytest.raises(SignerMismatchError):
        check_signed(SIGNER.sign(FIELDS, FEES).raw + garbage + b"!", FIELDS, FEES, SIGNER.address)


def test_high_s_twin_of_a_signature_is_refused() -> None:
    """The chain would refuse it, and its hash is another one than that of the low twin."""
    raw = SIGNER.sign(FIELDS, FEES).raw
    high = ORDER - int.from_bytes(raw[-32:], "big")
    parity = {0x80: 0x01, 0x01: 0x80}[raw[-67]]
    twin = raw[:-67] + bytes([parity]) + raw[-66:-32] + high.to_bytes(32, "big")
    with pytest.raises(SignerMismatchError):
        check_signed(twin, FIELDS, FEES, SIGNER.address)


def test_contract_creation_is_checked_as_well() -> None:
    fields = replace(FIELDS, to="")
    signed = SIGNER.sign(fields, FEES)
    assert check_signed(signed.raw, fields, FEES, SIGNER.address) == signed.hash


@pytest.mark.parametrize("url", ["ftp://x", "127.0.0.1:9000", "", "http://"])
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="external_signer_url"):
        ExternalSigner(url, SIGNER.address, method="x", timeout_s=1, clock=SystemClock())


@pytest.mark.parametrize(
    "settings",
    [
        {"external_signer_url": "http://127.0.0.1:1"},
        {"external_signer_addresses": (SIGNER.address,)},
        {"external_signer_method": "eth_sign"},
    ],
)
def test_half_of_the_settings_is_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match="external_signer"):
        Settings(**settings)
