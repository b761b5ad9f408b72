"""Packed items and records survive the round trip; everything else is refused."""

from __future__ import annotations

import pytest
from eth_hash.auto import keccak
from eth_utils.address import to_checksum_address
from hypothesis import given
from hypothesis import strategies as st

from relayer.chain.errors import FramingError
from relayer.chain.wire import (
    MAX_ITEMS,
    Item,
    NonceWindow,
    Record,
    bits_of,
    map_of,
    pack_items,
    unpack_items,
    unpack_records,
)
from relayer.keys import Signer

PLAYER = Signer(b"\x01" * 32).address

records = st.builds(
    Record, player=st.just(PLAYER), label=st.integers(0, 0xFFFF), sample=st.binary(max_size=200)
)
items = st.builds(
    Item,
    record=records,
    nonce=st.integers(0, 2**32 - 1),
    deadline=st.integers(0, 2**40 - 1),
    max_fee_gwei=st.integers(0, 2**64 - 1),
    signature=st.binary(min_size=64, max_size=64),
)


def make_item(sample: bytes = b"\x00\x01", signature: bytes = bytes(64)) -> Item:
    return Item(Record(PLAYER, 1, sample), 2, 3, 4, signature)


@given(st.lists(items, max_size=8))
def test_items_survive_the_round_trip(batch: list[Item]) -> None:
    packed = pack_items(batch)
    assert unpack_items(packed) == batch
    # 105 bytes and the sample each: the contract's framing leaves no room for more
    assert len(packed) == sum(105 + len(item.record.sample) for item in batch)


@given(st.lists(records, max_size=8))
def test_records_survive_the_round_trip(batch: list[Record]) -> None:
    assert unpack_records(b"".join(record.pack() for record in batch)) == batch


@given(st.lists(items, min_size=1, max_size=3), st.integers(1, 100))
def test_items_cut_short_are_refused(batch: list[Item], cut: int) -> None:
    with pytest.raises(FramingError):
        unpack_items(pack_items(batch)[:-cut])


def test_records_cut_short_are_refused() -> None:
    with pytest.raises(FramingError, match="sample"):
        unpack_records(Record(PLAYER, 1, b"\x00\x01").pack()[:-1])


def test_more_items_than_a_map_can_name_are_refused() -> None:
    with pytest.raises(FramingError, match="255"):
        pack_items([make_item()] * (MAX_ITEMS + 1))


def test_signatures_of_65_bytes_are_refused() -> None:
    with pytest.raises(FramingError, match="64 bytes"):
        make_item(signature=bytes(65)).pack()


def test_fresh_window_takes_nonce_zero_once() -> None:
    window = NonceWindow()
    assert window.next_unused() == 0
    spent = window.spend(0)
    assert (spent.highest, spent.seen) == (0, 1)
    assert not spent.is_usable(0)
    assert spent.next_unused() == 1


@pytest.mark.parametrize(
    ("nonce", "usable"),
    [(200, False), (201, True), (73, True), (72, False), (0, False), (2**32 - 1, True)],
)
def test_window_reaches_127_back_from_the_highest(nonce: int, usable: bool) -> None:
    assert NonceWindow(200, 1).is_usable(nonce) is usable


@given(st.lists(st.integers(0, 400), max_size=60))
def test_window_agrees_with_a_set_of_everything_spent(nonces: list[int]) -> None:
    window, spent = NonceWindow(), set[int]()
    for nonce in nonces:
        highest = max(spent, default=0)
        usable = nonce not in spent and (nonce > highest or highest - nonce < 128)
        assert window.is_usable(nonce) is usable
        window = window.spend(nonce)
        if usable:
            spent.add(nonce)


@given(st.sets(st.integers(0, 254)))
def test_maps_and_indexes_are_each_other_s_reverse(indexes: set[int]) -> None:
    assert bits_of(map_of(indexes)) == sorted(indexes)


def test_players_have_the_checksum_of_their_address() -> None:
    for number in range(200):
        player = to_checksum_address(keccak(bytes([number]))[:20])
        (record,) = unpack_records(Record(player.lower(), 1, b"\x00\x07").pack())
        assert record.player == player
