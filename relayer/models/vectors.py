"""Dense samples: one big-endian int16 for each dimension, in fixed point of the encoder's choice.

The contracts keep vectors in lanes of storage words, the first dimension in the highest lane: the
bytes of consecutive words are the lanes in order. Lanes are biased, so that they are unsigned.
"""

import struct
from collections.abc import Iterable, Sequence
from typing import Final

from relayer.models.errors import FeatureOutOfRangeError, SampleMalformedError

#: Bytes of one number.
NUMBER_BYTES: Final = 2
#: Numbers that a sample may have, as the contracts have it.
MAX_DIMENSION: Final = 4_096
MIN_NUMBER: Final = -(1 << 15)
MAX_NUMBER: Final = (1 << 15) - 1
WORD_BYTES: Final = 32
#: What is added to each number in a lane.
BIAS: Final = 1 << 15


def encode(numbers: Iterable[int]) -> bytes:
    """Pack numbers into a dense sample.

    Raises:
        FeatureOutOfRangeError: a number is not a signed 16-bit integer.
    """
    packed = list(numbers)
    if not all(MIN_NUMBER <= number <= MAX_NUMBER for number in packed):
        raise FeatureOutOfRangeError("A number is an integer from -32768 to 32767. Scale it down.")
    return struct.pack(f">{len(packed)}h", *packed)


def decode(sample: bytes) -> tuple[int, ...]:
    """Unpack a dense sample.

    Raises:
        SampleMalformedError: the sample ends within a number.
    """
    if len(sample) % NUMBER_BYTES:
        raise SampleMalformedError(
            f"The sample has {len(sample)} bytes. Send two bytes for each dimension."
        )
    return struct.unpack(f">{len(sample) // NUMBER_BYTES}h", sample)


def words_for(dimension: int, lane_bytes: int) -> int:
    """Storage words that a vector takes when a lane takes `lane_bytes`."""
    return -(-dimension * lane_bytes // WORD_BYTES)


def lanes_of(words: Sequence[int], lane_bytes: int) -> list[int]:
    """The unsigned lanes of storage words, the highest lane of each word first."""
    packed = b"".join(word.to_bytes(WORD_BYTES, "big") for word in words)
    return [
        int.from_bytes(packed[start : start + lane_bytes], "big")
        for start in range(0, len(packed), lane_bytes)
    ]


def squared_norm(numbers: Iterable[int]) -> int:
    """Sum of the squares."""
    return sum(number * number for number in numbers)
