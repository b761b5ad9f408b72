"""The packed formats that travel to the Forwarder, and the twin of its replay window.

Record: `player(20) | label(2) | sampleLength(2) | sample`.
Item:   `record | nonce(4) | deadline(5) | maxFeeGwei(8) | r(32) | vs(32)`.
Both are big endian and concatenated without padding; a list that does not end exactly where its
last element ends is refused, here as on chain.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from relayer.chain.eip712 import COMPACT_SIGNATURE_BYTES
from relayer.chain.errors import FramingError
from relayer.chain.keccak import canonical_address, keccak

RECORD_HEAD_BYTES: Final = 24
ITEM_TAIL_BYTES: Final = 17 + COMPACT_SIGNATURE_BYTES
MAX_ITEMS: Final = 255
MAX_SAMPLE_BYTES: Final = 0xFFFF
NONCE_WINDOW: Final = 128


@dataclass(frozen=True)
class Record:
    """What the model learns: who, which label, which sample."""

    player: str
    label: int
    sample: bytes

    def pack(self) -> bytes:
        """The record's bytes.

        Raises:
            OverflowError: label or sample length do not fit two bytes.
        """
        return (
            canonical_address(self.player)
            + self.label.to_bytes(2, "big")
            + len(self.sample).to_bytes(2, "big")
            + self.sample
        )


@dataclass(frozen=True)
class Item:
    """A record with the limits and the signature under which its player gave it."""

    record: Record
    nonce: int
    deadline: int
    max_fee_gwei: int
    signature: bytes

    def pack(self) -> bytes:
        """The item's bytes.

        Raises:
            FramingError: the signature is not in EIP-2098 form.
            OverflowError: a number does not fit its field.
        """
        if len(self.signature) != COMPACT_SIGNATURE_BYTES:
            raise FramingError("An item carries a signature of 64 bytes (EIP-2098).")
        return (
            self.record.pack()
            + self.nonce.to_bytes(4, "big")
            + self.deadline.to_bytes(5, "big")
            + self.max_fee_gwei.to_bytes(8, "big")
            + self.signature
        )


def pack_items(items: Iterable[Item]) -> bytes:
    """The calldata of a batch.

    Raises:
        FramingError: more than 255 items.
    """
    packed = [item.pack() for item in items]
    if len(packed) > MAX_ITEMS:
        raise FramingError(f"A batch carries at most {MAX_ITEMS} items, not {len(packed)}.")
    return b"".join(packed)


def unpack_items(data: bytes) -> list[Item]:
    """The items of a batch's calldata.

    Raises:
        FramingError: the bytes end inside an item.
    """
    items: list[Item] = []
    cursor = 0
    while cursor < len(data):
        record, cursor = _record_at(data, cursor)
        tail = data[cursor : cursor + ITEM_TAIL_BYTES]
        if len(tail) != ITEM_TAIL_BYTES:
            raise FramingError("The batch ends inside an item.")
        cursor += ITEM_TAIL_BYTES
        items.append(
            Item(
                record=record,
                nonce=int.from_bytes(tail[0:4], "big"),
                deadline=int.from_bytes(tail[4:9], "big"),
                max_fee_gwei=int.from_bytes(tail[9:17], "big"),
                signature=tail[17:],
            )
        )
    return items


def unpack_records(data: bytes) -> list[Record]:
    """The records of a `DataAdded` event.

    Raises:
        FramingError: the bytes end inside a record.
    """
    records: list[Record] = []
    cursor = 0
    while cursor < len(data):
        record, cursor = _record_at(data, cursor)
        records.append(record)
    return records


def _record_at(data: bytes, cursor: int) -> tuple[Record, int]:
    head = data[cursor : cursor + RECORD_HEAD_BYTES]
    if len(head) != RECORD_HEAD_BYTES:
        raise FramingError("The list ends inside the head of a record.")
    sample_end = cursor + RECORD_HEAD_BYTES + int.from_bytes(head[22:24], "big")
    if sample_end > len(data):
        raise FramingError("The list ends inside a sample.")
    record = Record(
        player=_with_checksum(head[:20]),
        label=int.from_bytes(head[20:22], "big"),
        sample=data[cursor + RECORD_HEAD_BYTES : sample_end],
    )
    return record, sample_end


def _with_checksum(address: bytes) -> str:
    """An address with its EIP-55 checksum; eth_utils takes ten times as long for its checks."""
    digits = address.hex()
    marks = keccak(digits.encode()).hex()
    pairs = zip(digits, marks, strict=False)
    return "0x" + "".join(digit.upper() if mark >= "8" else digit for digit, mark in pairs)


@dataclass(frozen=True)
class NonceWindow:
    """The twin of a player's replay window on chain (the sliding window of RFC 6479).

    Bit i of `seen` stands for the nonce `highest - i`. A player never seen has zero in both, and
    nonce 0 is usable.
    """

    highest: int = 0
    seen: int = 0

    def is_usable(self, nonce: int) -> bool:
        """Whether the contract would still accept the nonce."""
        if nonce > self.highest:
            return True
        behind = self.highest - nonce
        return behind < NONCE_WINDOW and not self.seen >> behind & 1

    def spend(self, nonce: int) -> NonceWindow:
        """The window after the nonce took effect; unchanged when it is not usable."""
        if not self.is_usable(nonce):
            return self
        if nonce <= self.highest:
            return NonceWindow(self.highest, self.seen | 1 << (self.highest - nonce))
        ahead = nonce - self.highest
        kept = self.seen << ahead & (1 << NONCE_WINDOW) - 1 if ahead < NONCE_WINDOW else 0
        return NonceWindow(nonce, kept | 1)

    def next_unused(self) -> int:
        """The lowest nonce above everything seen: what a client may safely sign next."""
        return self.highest + 1 if self.highest or self.seen else 0


def bits_of(bit_map: int) -> list[int]:
    """The indexes of the set bits, lowest first."""
    return [index for index in range(bit_map.bit_length()) if bit_map >> index & 1]


def map_of(indexes: Iterable[int]) -> int:
    """The map with these bits set."""
    bit_map = 0
    for index in indexes:
        bit_map |= 1 << index
    return bit_map
