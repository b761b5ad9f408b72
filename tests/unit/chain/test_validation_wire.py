"""Packed validations survive the round trip, and numbers of contributions name their parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relayer.chain.errors import FramingError
from relayer.chain.validation_wire import (
    ValidationItem,
    contribution_number,
    pack_validations,
    parts_of_number,
    unpack_validations,
)
from relayer.chain.wire import MAX_ITEMS
from relayer.keys import Signer

VALIDATOR = Signer(b"\x01" * 32).address

items = st.builds(
    ValidationItem,
    validator=st.just(VALIDATOR),
    record=st.integers(0, 254),
    nonce=st.integers(0, 2**32 - 1),
    deadline=st.integers(0, 2**40 - 1),
    max_fee_gwei=st.integers(0, 2**64 - 1),
    signature=st.binary(min_size=64, max_size=64),
)


def make_item(signature: bytes = bytes(64)) -> ValidationItem:
    return ValidationItem(VALIDATOR, 7, 2, 3, 4, signature)


@given(st.lists(items, max_size=8))
def test_validations_survive_the_round_trip(call: list[ValidationItem]) -> None:
    packed = pack_validations(call)
    assert unpack_validations(packed) == call
    assert len(packed) == 102 * len(call), "the contract reads 102 bytes for each"


def test_fields_lie_where_the_contract_reads_them() -> None:
    packed = make_item(b"\xaa" * 64).pack()
    assert packed[:20].hex() == VALIDATOR[2:].lower()
    assert packed[20:38].hex() == "07" + "00000002" + "0000000003" + "0000000000000004"
    assert packed[38:] == b"\xaa" * 64


def test_half_a_validation_is_refused() -> None:
    with pytest.raises(FramingError, match="inside a validation"):
        unpack_validations(make_item().pack()[:-1])


def test_signature_in_long_form_is_refused() -> None:
    with pytest.raises(FramingError, match="64 bytes"):
        make_item(bytes(65)).pack()


def test_call_of_more_than_255_validations_is_refused() -> None:
    with pytest.raises(FramingError, match="at most 255"):
        pack_validations([make_item()] * (MAX_ITEMS + 1))


def test_record_beyond_a_byte_is_no_silent_neighbour() -> None:
    with pytest.raises(OverflowError):
        ValidationItem(VALIDATOR, 256, 0, 0, 0, bytes(64)).pack()


@given(st.integers(0, 2**56 - 1), st.integers(0, 255))
def test_number_of_a_contribution_names_batch_and_record(batch_id: int, record: int) -> None:
    number = contribution_number(batch_id, record)
    assert number < 2**64
    assert parts_of_number(number) == (batch_id, record)


def test_number_is_batch_times_256_and_record() -> None:
    assert contribution_number(3, 7) == 775
