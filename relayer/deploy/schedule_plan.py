"""The public fee schedule that a plan may state for a trainer."""

from __future__ import annotations

from pydantic import Field

from relayer.deploy.plan_parts import PlanPart


class SchedulePlan(PlanPart):
    """The public fee schedule of a trainer, in units of gas; see `FeeSchedules.sol`."""

    add_units: int = Field(ge=0, lt=1 << 32)
    add_units_per_byte: int = Field(ge=0, lt=1 << 16)
    settle_units: int = Field(ge=0, lt=1 << 32)
    settle_units_per_byte: int = Field(ge=0, lt=1 << 16)
    add_batch_units: int = Field(ge=0, lt=1 << 32)
    settle_batch_units: int = Field(ge=0, lt=1 << 32)


def schedule_of(add: tuple[int, int, int], settle: tuple[int, int, int]) -> SchedulePlan:
    """Each: for a contribution, more for each byte of its sample, for a transaction."""
    return SchedulePlan(
        add_units=add[0],
        add_units_per_byte=add[1],
        add_batch_units=add[2],
        settle_units=settle[0],
        settle_units_per_byte=settle[1],
        settle_batch_units=settle[2],
    )
