"""Digests against the golden vectors, signatures in every form that wallets give them."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relayer.chain.eip712 import (
    HALF_ORDER,
    Contribution,
    Domain,
    Validation,
    Withdrawal,
    compact_signature,
    recover_signer,
    sign_digest,
)
from relayer.chain.errors import SignatureMalformedError
from relayer.keys import Signer

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "eip712.json").read_text("utf-8"))
KEY = bytes.fromhex("42" * 32)
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def message_of(vector: dict[str, Any]) -> Contribution | Withdrawal | Validation:
    fields = vector["message"]
    common: dict[str, Any] = {
        "nonce": int(fields["nonce"]),
        "deadline": int(fields["deadline"]),
        "max_fee_gwei": int(fields["maxFeeGwei"]),
    }
    if vector["kind"] == "Validation":
        return Validation(
            trainer=fields["trainer"],
            validator=fields["validator"],
            contribution=int(fields["contribution"]),
            **common,
        )
    common["player"] = fields["player"]
    if vector["kind"] == "Withdrawal":
        return Withdrawal(to=fields["to"], amount_wei=int(fields["amountWei"]), **common)
    return Contribution(
        trainer=fields["trainer"],
        label=int(fields["label"]),
        sample=bytes.fromhex(fields["sample"][2:]),
        **common,
    )


@pytest.mark.parametrize("vector", VECTORS["messages"])
def test_digest_and_signature_match_the_golden_vector(vector: dict[str, Any]) -> None:
    domain = Domain(int(vector["chain_id"]), vector["forwarder"])
    digest = message_of(vector).digest(domain)
    signature = sign_digest(bytes.fromhex(vector["private_key"][2:]), digest)
    assert "0x" + domain.separator.hex() == vector["domain_separator"]
    assert "0x" + digest.hex() == vector["digest"]
    assert "0x" + signature.hex() == vector["r"] + vector["vs"][2:]


def test_recovery_finds_the_signer_from_all_three_forms() -> None:
    digest = b"\x07" * 32
    compact = sign_digest(KEY, digest)
    parity, s = compact[32] >> 7, bytes([compact[32] & 0x7F]) + compact[33:]
    long_form = compact[:32] + s
    for signature in (compact, long_form + bytes([27 + parity]), long_form + bytes([parity])):
        assert recover_signer(digest, signature) == Signer(KEY).address


def test_high_s_twin_is_rejected() -> None:
    compact = sign_digest(KEY, b"\x07" * 32)
    parity, s = compact[32] >> 7, int.from_bytes(compact[32:], "big") & ((1 << 255) - 1)
    twin = compact[:32] + (ORDER - s).to_bytes(32, "big") + bytes([27 + (1 - parity)])
    with pytest.raises(SignatureMalformedError, match="high s"):
        recover_signer(b"\x07" * 32, twin)


@pytest.mark.parametrize("length", [0, 1, 63, 66, 130])
def test_other_lengths_are_rejected(length: int) -> None:
    with pytest.raises(SignatureMalformedError, match="65 bytes"):
        compact_signature(bytes(length))


@pytest.mark.parametrize("v", [2, 26, 29, 255])
def test_unknown_recovery_bytes_are_rejected(v: int) -> None:
    with pytest.raises(SignatureMalformedError, match="27 or 28"):
        compact_signature(b"\x01" * 64 + bytes([v]))


def test_zero_r_or_s_is_rejected() -> None:
    for signature in (bytes(32) + b"\x01" * 32, b"\x01" * 32 + bytes(32)):
        with pytest.raises(SignatureMalformedError, match="zero"):
            compact_signature(signature)


@given(
    r=st.binary(min_size=32, max_size=32),
    s=st.integers(1, HALF_ORDER),
    digest=st.binary(min_size=32, max_size=32),
)
def test_recovery_never_fails_in_another_way(r: bytes, s: int, digest: bytes) -> None:
    with contextlib.suppress(SignatureMalformedError):
        assert recover_signer(digest, r + s.to_bytes(32, "big")).startswith("0x")


def test_digest_differs_by_chain_and_by_forwarder() -> None:
    message = message_of(VECTORS["messages"][0])
    forwarder, other = "0x" + "11" * 20, "0x" + "22" * 20
    digests = {
        message.digest(Domain(*place)) for place in ((1, forwarder), (2, forwarder), (1, other))
    }
    assert len(digests) == 3
