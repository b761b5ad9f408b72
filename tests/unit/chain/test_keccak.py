"""The fast hash and the fast addresses say what the ones of web3's libraries say."""

from __future__ import annotations

import pytest
from eth_hash.auto import keccak as reference
from eth_utils.address import to_checksum_address
from hypothesis import given
from hypothesis import strategies as st

from relayer.chain.keccak import canonical_address, checksummed, keccak


@given(st.binary(max_size=400))
def test_hashes_as_the_reference_does(data: bytes) -> None:
    assert keccak(data) == reference(data)


@given(st.binary(min_size=20, max_size=20))
def test_spells_addresses_as_the_reference_does(address: bytes) -> None:
    assert checksummed(address) == to_checksum_address(address)
    assert canonical_address(checksummed(address)) == address
    assert canonical_address("0X" + address.hex().upper()) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0x",
        "0x" + "1" * 39,
        "0x" + "1" * 41,
        "1" * 42,
        "0x" + "g" * 40,
        "0x" + "1" * 38 + "  ",
        "0x" + " 1" * 20,
        "0x" + "\u0661" * 40,
    ],
)
def test_refuses_what_is_no_address(text: str) -> None:
    with pytest.raises(ValueError, match=r"non-hexadecimal|is no address"):
        canonical_address(text)
