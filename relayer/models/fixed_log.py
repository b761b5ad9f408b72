"""The fixed-point logarithm of the contracts, bit for bit.

With x = 2^n * (1 + m) the logarithm is n + log2(1 + m), and log2(1 + m) is taken as
m + c * m * (1 - m) (Mitchell 1962, with a quadratic correction). The error stays below 0.009.
"""

from functools import lru_cache
from typing import Final

#: Fractional bits of the result.
FRACTION_BITS: Final = 16
#: The correction c = 0.3437 in units of 2^-16.
CORRECTION: Final = 22_525

_ONE: Final = 1 << FRACTION_BITS


@lru_cache(maxsize=1 << 16)
def fixed_log2(x: int) -> int:
    """Return log2(x) in units of 2^-16.

    Raises:
        ValueError: x is not positive; the contracts never ask for such a logarithm.
    """
    if x < 1:
        raise ValueError(f"{x} has no logarithm. Ask for positive numbers only.")
    n = x.bit_length() - 1
    m = ((x << FRACTION_BITS) >> n) - _ONE
    curve = (m * (_ONE - m)) >> FRACTION_BITS
    return (n << FRACTION_BITS) + m + ((curve * CORRECTION) >> FRACTION_BITS)
