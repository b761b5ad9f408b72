"""The packed form in which validations travel to the Forwarder, and the numbers of contributions.

Item: `validator(20) | record(1) | nonce(4) | deadline(5) | maxFeeGwei(8) | r(32) | vs(32)`, big
endian and without padding. All items of one call concern one batch.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from eth_utils.address import to_canonical_address, to_checksum_address

from relayer.chain.eip712 import COMPACT_SIGNATURE_BYTES
from relayer.chain.errors import FramingError
from relayer.chain.wire import MAX_ITEMS

VALIDATION_BYTES: Final = 38 + COMPACT_SIGNATURE_BYTES
_RECORD_BITS: Final = 8


@dataclass(frozen=True)
class ValidationItem:
    """A validator's statement about a record of the batch, with its limits and its signature."""

    validator: str
    record: int
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
            raise FramingError("A validation carries a signature of 64 bytes (EIP-2098).")
        return (
            to_canonical_address(self.validator)
            + self.record.to_bytes(1, "big")
            + self.nonce.to_bytes(4, "big")
            + self.deadline.to_bytes(5, "big")
            + self.max_fee_gwei.to_bytes(8, "big")
            + self.signature
        )


def pack_validations(items: Iterable[ValidationItem]) -> bytes:
    """The calldata of a call that brings validations.

    Raises:
        FramingError: more than 255 items.
    """
    packed = [item.pack() for item in items]
    if len(packed) > MAX_ITEMS:
        raise FramingError(f"A call brings at most {MAX_ITEMS} validations, not {len(packed)}.")
    return b"".join(packed)


def unpack_validations(data: bytes) -> list[ValidationItem]:
    """The items of a call's calldata.

    Raises:
        FramingError: the bytes end inside an item.
    """
    if len(data) % VALIDATION_BYTES:
        raise FramingError("The list ends inside a validation.")
    return [
        _item(data[start : start + VALIDATION_BYTES])
        for start in range(0, len(data), VALIDATION_BYTES)
    ]


def contribution_number(chain_batch_id: int, record_index: int) -> int:
    """The number by which validators name a contribution: batch and place in it."""
    return chain_batch_id << _RECORD_BITS | record_index


def parts_of_number(number: int) -> tuple[int, int]:
    """The batch of a contribution's number, and the contribution's place in it."""
    return number >> _RECORD_BITS, number & ((1 << _RECORD_BITS) - 1)


def _item(data: bytes) -> ValidationItem:
    return ValidationItem(
        validator=to_checksum_address(data[:20]),
        record=data[20],
        nonce=int.from_bytes(data[21:25], "big"),
        deadline=int.from_bytes(data[25:30], "big"),
        max_fee_gwei=int.from_bytes(data[30:38], "big"),
        signature=data[38:],
    )
