"""What batches are charged: the twin of `FeeSchedules.sol`, `Pricing.sol` and `Settling.sol`.

Fees are units of gas of a trainer's public schedule, times a price; all amounts are whole wei,
rounded down where the contracts round down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from relayer.deploy.schedule_plan import SchedulePlan
from relayer.intake.fees import FULL_BATCH, NEW_SLOT_UNITS


@dataclass(frozen=True)
class Terms:
    """What holds for a batch from when it was added, prices in wei per unit of gas."""

    schedule: SchedulePlan
    add_price_wei: int
    settle_price_cap_wei: int
    settle_tip_cap_wei: int

    def settle_price_wei(self, gas_price_wei: int, base_fee_wei: int) -> int:
        """The price of a unit for settling in a transaction with this gas price."""
        return price_wei(
            gas_price_wei,
            base_fee_wei,
            tip_cap_wei=self.settle_tip_cap_wei,
            price_cap_wei=self.settle_price_cap_wei,
        )


@dataclass(frozen=True)
class Added:
    """What of a batch took effect.

    Attributes:
        accepted: contributions, at least one.
        sample_bytes: length of all their samples together.
        new_players: players whose first request ever was in the batch.
        new_slots: storage words that were zero before, in model, data handler and mechanism.
    """

    accepted: int
    sample_bytes: int
    new_players: int = 0
    new_slots: int = 0

    @property
    def created_slots(self) -> int:
        """All words of storage that the sponsor pays for as new ones."""
        return min(self.new_players, self.accepted) + self.new_slots


@dataclass(frozen=True)
class Charge:
    """What settling some contributions of a batch moves, in wei.

    Attributes:
        reserve_wei: what is released of what had been set aside for them.
        add_fees_wei: credited to the relayer that brought the batch.
        settle_fees_wei: credited to whoever settles.
    """

    reserve_wei: int
    add_fees_wei: int
    settle_fees_wei: int

    @property
    def fees_wei(self) -> int:
        """Both fees."""
        return self.add_fees_wei + self.settle_fees_wei


def price_wei(
    gas_price_wei: int, base_fee_wei: int, *, tip_cap_wei: int, price_cap_wei: int
) -> int:
    """The price of a unit: the least of gas price, base fee plus tip cap, and price cap."""
    return min(gas_price_wei, base_fee_wei + tip_cap_wei, price_cap_wei)


def reserve_wei(terms: Terms, added: Added) -> int:
    """What is set aside in the tank when a batch is added."""
    return _reserve_wei(terms, added, added.accepted, added.sample_bytes)


def charge(
    terms: Terms,
    added: Added,
    *,
    settled: int,
    sample_bytes: int,
    new_slots: int,
    settle_price_wei: int,
) -> Charge:
    """What settling a part of a batch costs.

    Args:
        terms: of the batch.
        added: the whole batch.
        settled: contributions that are settled now.
        sample_bytes: length of their samples together.
        new_slots: players who get their first word in the mechanism by this.
        settle_price_wei: price of a unit, see `Terms.settle_price_wei`.
    """
    schedule = terms.schedule
    add_units = settled * schedule.add_units + sample_bytes * schedule.add_units_per_byte
    settle_units = settled * schedule.settle_units + sample_bytes * schedule.settle_units_per_byte
    overhead_wei = (
        overhead_units(schedule.settle_batch_units, added.accepted, 0)
        * settle_price_wei
        // added.accepted
    )
    return Charge(
        reserve_wei=_reserve_wei(terms, added, settled, sample_bytes),
        add_fees_wei=add_units * terms.add_price_wei + settled * _add_overhead_wei(terms, added),
        settle_fees_wei=settle_units * settle_price_wei
        + settled * overhead_wei
        + min(new_slots, settled) * NEW_SLOT_UNITS * settle_price_wei,
    )


def own_fee_wei(terms: Terms, sample_bytes: int, settle_price_wei: int) -> int:
    """The part of the fees that a contribution causes by itself: the most its rewards pay."""
    schedule = terms.schedule
    add_units = schedule.add_units + sample_bytes * schedule.add_units_per_byte
    settle_units = schedule.settle_units + sample_bytes * schedule.settle_units_per_byte
    return add_units * terms.add_price_wei + settle_units * settle_price_wei


def own_reserve_wei(terms: Terms, count: int, sample_bytes: int) -> int:
    """What is set aside for contributions beside their shares of what adding the batch cost."""
    schedule = terms.schedule
    settle_bound = (
        schedule.settle_units + schedule.settle_batch_units // FULL_BATCH + 1 + NEW_SLOT_UNITS
    )
    fixed_wei = schedule.add_units * terms.add_price_wei + settle_bound * terms.settle_price_cap_wei
    per_byte_wei = (
        schedule.add_units_per_byte * terms.add_price_wei
        + schedule.settle_units_per_byte * terms.settle_price_cap_wei
    )
    return count * fixed_wei + sample_bytes * per_byte_wei


def paid_from_rewards_wei(
    terms: Terms, rewards_wei: Sequence[int], sample_bytes: Sequence[int], settle_price_wei: int
) -> int:
    """What rewards pay of the fees: each contribution's own part at most."""
    return sum(
        min(reward, own_fee_wei(terms, length, settle_price_wei))
        for reward, length in zip(rewards_wei, sample_bytes, strict=True)
    )


def overhead_units(batch_units: int, count: int, new_slots: int) -> int:
    """Units for the fixed cost of a transaction, in full from eight on, and for new storage."""
    return batch_units * min(count, FULL_BATCH) // FULL_BATCH + new_slots * NEW_SLOT_UNITS


def _add_overhead_wei(terms: Terms, added: Added) -> int:
    units = overhead_units(terms.schedule.add_batch_units, added.accepted, added.created_slots)
    return units * terms.add_price_wei // added.accepted


def _reserve_wei(terms: Terms, added: Added, count: int, sample_bytes: int) -> int:
    return own_reserve_wei(terms, count, sample_bytes) + count * _add_overhead_wei(terms, added)
