"""What a contribution costs, in the arithmetic of the Forwarder (``FeeSchedules.sol``)."""

from __future__ import annotations

import json

from relayer.store.chain_state import FeeSchedule, HeadSnapshot, TankSnapshot, TrainerSnapshot

GWEI = 10**9

#: Contributions from which the fixed cost of a transaction is paid in full.
FULL_BATCH = 8
#: Gas that a storage word costs more when it was zero before.
NEW_SLOT_UNITS = 17_100
#: New storage words that a contribution can cause beside one for each feature: the player's own
#: and four of the trainer's.
SLOTS_BESIDE_FEATURES = 5
#: Gas that a relayed withdrawal is charged with.
WITHDRAWAL_UNITS = 90_000

_SECONDS_PER_DAY = 86_400


def expected_price_wei(head: HeadSnapshot, tank: TankSnapshot) -> int:
    """Return the gas price to reckon with for the next batch: the base fee may rise by a quarter.

    The sponsor refunds at most the base fee plus its tip cap, and never above its price cap.
    """
    return min(head.base_fee_wei * 5 // 4 + tank.tip_cap_wei, tank.price_cap_wei)


def quote_wei(
    schedule: FeeSchedule, sample_bytes: int, *, add_price_wei: int, settle_price_wei: int
) -> int:
    """Return the fee that a contribution's signed maximum must cover: adding and settling it."""
    add_units = schedule.add_units + schedule.add_units_per_byte * sample_bytes
    settle_units = schedule.settle_units + schedule.settle_units_per_byte * sample_bytes
    return add_units * add_price_wei + settle_units * settle_price_wei


def quote_gwei(
    schedule: FeeSchedule, sample_bytes: int, *, add_price_wei: int, settle_price_wei: int
) -> int:
    """Return `quote_wei` in gwei, rounded up."""
    fee_wei = quote_wei(
        schedule, sample_bytes, add_price_wei=add_price_wei, settle_price_wei=settle_price_wei
    )
    return -(-fee_wei // GWEI)


def reservation_gwei(
    trainer: TrainerSnapshot, sample_bytes: int, *, add_price_wei: int, settle_price_wei: int
) -> int:
    """Return the most that one contribution can cost the tank: stake, fees, share of overheads.

    This is what the Forwarder sets against the sponsor's budget when it admits the contribution.
    """
    schedule = trainer.schedule
    new_slots = SLOTS_BESIDE_FEATURES + sample_bytes // 2
    add_overhead = schedule.add_batch_units // FULL_BATCH + 1 + new_slots * NEW_SLOT_UNITS
    settle_overhead = schedule.settle_batch_units // FULL_BATCH + 1 + NEW_SLOT_UNITS
    cost_wei = (
        trainer.stake_wei
        + quote_wei(
            schedule, sample_bytes, add_price_wei=add_price_wei, settle_price_wei=settle_price_wei
        )
        + add_overhead * add_price_wei
        + settle_overhead * settle_price_wei
    )
    return -(-cost_wei // GWEI)


def budget_gwei(tank: TankSnapshot, now: float) -> int:
    """Return what the tank can still spend: available, and within today's (UTC) limit."""
    today = int(now) // _SECONDS_PER_DAY
    spent_wei = tank.spent_today_wei if tank.day == today else 0
    left_today_wei = max(0, tank.daily_limit_wei - spent_wei)
    return min(tank.available_wei, left_today_wei) // GWEI


def withdrawal_fee_gwei(price_wei: int) -> int:
    """Return the fee of a relayed withdrawal at a gas price, in gwei, rounded up."""
    return -(-WITHDRAWAL_UNITS * price_wei // GWEI)


def validation_fee_gwei(terms: str, sample_bytes: int, head: HeadSnapshot) -> int:
    """Return the fee that a validation's signed maximum must cover, in gwei, rounded up.

    Args:
        terms: the terms under which the contribution's batch was added, as JSON.
        sample_bytes: length of the contribution's sample.
        head: for the base fee, which may rise by a quarter.
    """
    fixed = json.loads(terms)
    schedule: dict[str, int] = fixed["schedule"]
    units = schedule["settleUnits"] + schedule["settleUnitsPerByte"] * sample_bytes
    fair_wei = head.base_fee_wei * 5 // 4 + int(fixed["settleTipCapWei"])
    fee_wei = units * min(fair_wei, int(fixed["settlePriceCapWei"]))
    return -(-fee_wei // GWEI)
