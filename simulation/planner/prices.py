"""Typical prices of a unit of gas, for comparing chains.

They are round figures for orientation, as networks showed them in the course of 2025; prices move
by a factor of ten within weeks. Ask a node (`eth_gasPrice`) before you budget, and give your own
with --price-gwei. Rollups charge for publishing data on their parent chain as well, by their own
rules; on those of the OP stack and of Arbitrum that part is not in the gas price, and a sponsor's
fee schedule does not pay it. Here it is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

#: When the figures below were last looked at.
AS_OF: Final = "2025"

_GWEI: Final = 10**9


@dataclass(frozen=True)
class TypicalPrice:
    """What a unit of gas costs on some chain.

    Attributes:
        name: what the row is called.
        base_fee_wei: mean base fee.
        tip_wei: what is usually tipped.
        block_s: seconds between two blocks.
    """

    name: str
    base_fee_wei: int
    tip_wei: int
    block_s: float


TYPICAL_PRICES: Final = (
    TypicalPrice("mainnet, busy", 20 * _GWEI, _GWEI, 12.0),
    TypicalPrice("mainnet, usual", 2 * _GWEI, _GWEI // 10, 12.0),
    TypicalPrice("mainnet, quiet", 3 * _GWEI // 10, _GWEI // 50, 12.0),
    TypicalPrice("rollup, Arbitrum kind", _GWEI // 100, 0, 0.25),
    TypicalPrice("rollup, OP kind", _GWEI // 500, _GWEI // 1_000, 2.0),
)
