"""Lists of numbers are encoded and decoded as eth_abi does, or left to it."""

from __future__ import annotations

import pytest
from eth_abi.abi import decode, encode
from hypothesis import given
from hypothesis import strategies as st

from relayer.chain.contracts import load_artifact
from relayer.chain.errors import ArtifactError
from relayer.chain.number_lists import decode_numbers, encode_numbers

WORD = 32


@given(st.lists(st.integers(0, 2**256 - 1)))
def test_lists_of_words_are_encoded_and_decoded_as_by_eth_abi(numbers: list[int]) -> None:
    data = encode(["uint256[]"], [numbers])
    assert encode_numbers(["uint256[]"], [numbers]) == data
    assert decode_numbers(["uint256[]"], data) == decode(["uint256[]"], data) == (tuple(numbers),)


@pytest.mark.parametrize("bits", [8, 16, 64, 256])
def test_the_largest_number_is_taken_and_the_next_one_is_left_to_eth_abi(bits: int) -> None:
    types, most = [f"uint{bits}[]"], 2**bits - 1
    data = encode(types, [[most]])
    assert encode_numbers(types, [[most]]) == data
    assert decode_numbers(types, data) == ((most,),)
    assert encode_numbers(types, [[most + 1]]) is None
    if bits < 256:
        assert decode_numbers(types, encode(["uint256[]"], [[most + 1]])) is None


@pytest.mark.parametrize("values", [[True], [-1], ["1"], [1.0], [None]])
def test_what_is_no_number_is_left_to_eth_abi(values: list[object]) -> None:
    assert encode_numbers(["uint256[]"], [values]) is None


@pytest.mark.parametrize(
    "types", [["int256[]"], ["uint256"], ["uint256[2]"], ["uint256[][]"], ["uint256[]", "bool"]]
)
def test_other_types_are_left_to_eth_abi(types: list[str]) -> None:
    assert encode_numbers(types, [[1], True]) is None
    assert decode_numbers(types, encode(["uint256[]"], [[1]])) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        (32).to_bytes(WORD, "big"),
        encode(["uint256[]"], [[1, 2]])[:-1],
        (64).to_bytes(WORD, "big") + bytes(WORD) + encode(["uint256[]"], [[1]])[WORD:],
        (32).to_bytes(WORD, "big") + b"\xff" * WORD,
    ],
    ids=["empty", "no count", "cut off", "another offset", "too many"],
)
def test_answers_of_another_layout_are_left_to_eth_abi(data: bytes) -> None:
    assert decode_numbers(["uint256[]"], data) is None


def test_bytes_behind_the_list_are_ignored_as_by_eth_abi() -> None:
    data = encode(["uint256[]"], [[1, 2]]) + b"more"
    assert decode_numbers(["uint256[]"], data) == decode(["uint256[]"], data)


def test_interfaces_refuse_what_cannot_be_read_as_ever() -> None:
    interface = load_artifact("NaiveBayes").interface
    assert interface.decode("countWords", encode(["uint256[]"], [[3, 4]])) == ((3, 4),)
    with pytest.raises(ArtifactError, match="deployment file"):
        interface.decode("countWords", encode(["uint256[]"], [[1, 2]])[:-1])
