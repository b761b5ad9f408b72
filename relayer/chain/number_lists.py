"""Long lists of unsigned numbers in the ABI, many times as fast as by ``eth_abi``.

A model's storage is read as tens of thousands of words. Only the plain case is handled here, one
list that stands alone; what is not exactly that is left to ``eth_abi``, and so is every refusal.
The layout is that of the contract ABI specification, "dynamic types": offset, count, elements.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

_WORD_BYTES: Final = 32
_HEAD: Final = _WORD_BYTES.to_bytes(_WORD_BYTES, "big")
_TYPE: Final = re.compile(r"uint(\d+)\[\]")


def encode_numbers(types: Sequence[str], values: Sequence[Any]) -> bytes | None:
    """The encoding of one list of unsigned numbers; None: it is something else, or does not fit."""
    bits = _bits(types)
    if bits is None or not isinstance(values[0], list | tuple):
        return None
    numbers = values[0]
    if not all(type(number) is int and 0 <= number < 1 << bits for number in numbers):
        return None
    words = [number.to_bytes(_WORD_BYTES, "big") for number in (len(numbers), *numbers)]
    return _HEAD + b"".join(words)


def decode_numbers(types: Sequence[str], data: bytes) -> tuple[tuple[int, ...]] | None:
    """The only value, a list of unsigned numbers; None: it is something else, or ill-formed."""
    bits = _bits(types)
    if bits is None or data[:_WORD_BYTES] != _HEAD:
        return None
    first = 2 * _WORD_BYTES
    end = first + _WORD_BYTES * int.from_bytes(data[_WORD_BYTES:first], "big")
    if not first <= end <= len(data):
        return None
    starts = range(first, end, _WORD_BYTES)
    numbers = tuple(int.from_bytes(data[start : start + _WORD_BYTES], "big") for start in starts)
    return None if any(number >> bits for number in numbers) else (numbers,)


def _bits(types: Sequence[str]) -> int | None:
    found = _TYPE.fullmatch(types[0]) if len(types) == 1 else None
    return int(found[1]) if found else None
