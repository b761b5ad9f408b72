"""The fee of one settled contribution by the public schedule: twin of `Forwarder._tallyOne`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from relayer.chain.answers import Block, Receipt


@dataclass(frozen=True)
class Prices:
    """The schedule of a batch and the two prices of a unit of gas, in wei."""

    schedule: Mapping[str, int]
    add_price_wei: int
    settle_price_wei: int

    @classmethod
    def of(cls, terms: Mapping[str, Any], receipt: Receipt, block: Block) -> Prices:
        """The prices that hold when a batch with these terms is settled in this transaction."""
        fair_wei = block.base_fee_wei + terms["settleTipCapWei"]
        return cls(
            schedule=terms["schedule"],
            add_price_wei=terms["addPriceWei"],
            settle_price_wei=min(
                receipt.effective_gas_price_wei, fair_wei, terms["settlePriceCapWei"]
            ),
        )


def fees_of(prices: Prices, sample_bytes: int) -> int:
    """What adding and settling one contribution is charged, in wei, without the sponsor's part."""
    schedule = prices.schedule
    add_units = schedule["addUnits"] + schedule["addUnitsPerByte"] * sample_bytes
    settle_units = schedule["settleUnits"] + schedule["settleUnitsPerByte"] * sample_bytes
    return add_units * prices.add_price_wei + settle_units * prices.settle_price_wei
