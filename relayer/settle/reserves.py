"""What open contributions have set aside, and what bringing them is paid: twin of `Pricing.sol`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from relayer.intake.fees import FULL_BATCH, NEW_SLOT_UNITS


def reserve_wei(
    terms: Mapping[str, Any], header: Mapping[str, Any], count: int, sample_bytes: int
) -> int:
    """Return what is set aside in the tank for the fees of open contributions of a batch, in wei.

    Args:
        terms: those of the batch.
        header: that of the batch.
        count: how many of it are open.
        sample_bytes: the length of their samples together.
    """
    schedule: Mapping[str, int] = terms["schedule"]
    settle_units = (
        schedule["settleUnits"] + schedule["settleBatchUnits"] // FULL_BATCH + 1 + NEW_SLOT_UNITS
    )
    each_wei = (
        schedule["addUnits"] * terms["addPriceWei"] + settle_units * terms["settlePriceCapWei"]
    )
    per_byte_wei = (
        schedule["addUnitsPerByte"] * terms["addPriceWei"]
        + schedule["settleUnitsPerByte"] * terms["settlePriceCapWei"]
    )
    own_wei: int = count * each_wei + sample_bytes * per_byte_wei
    return own_wei + count * _add_overhead_wei(terms, header)


def add_fees_wei(
    terms: Mapping[str, Any], header: Mapping[str, Any], count: int, sample_bytes: int
) -> int:
    """Return what is credited for bringing contributions once they are settled, in wei."""
    schedule: Mapping[str, int] = terms["schedule"]
    units = count * schedule["addUnits"] + sample_bytes * schedule["addUnitsPerByte"]
    own_wei: int = units * terms["addPriceWei"]
    return own_wei + count * _add_overhead_wei(terms, header)


def _add_overhead_wei(terms: Mapping[str, Any], header: Mapping[str, Any]) -> int:
    """Each contribution's equal share of what adding the batch cost beside their own parts."""
    accepted: int = header["accepted"]
    share = min(accepted, FULL_BATCH)
    new_slots = min(terms["newPlayers"], accepted) + header["newSlots"]
    units = terms["schedule"]["addBatchUnits"] * share // FULL_BATCH + new_slots * NEW_SLOT_UNITS
    overhead_wei: int = units * terms["addPriceWei"] // accepted
    return overhead_wei
