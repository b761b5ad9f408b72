"""The form of batches in answers."""

from __future__ import annotations

from pydantic import with_config
from typing_extensions import TypedDict

from relayer.api.forms.shared import PUBLISHED, Attempt, Count, Cursor, Digest, UnixTime, Wei
from relayer.intake.schemas import Address
from relayer.store.statuses import BatchStatus, ContributionStatus


@with_config(PUBLISHED)
class BatchSettlement(TypedDict):
    """One settling call of a batch."""

    status: str
    """Where its transaction stands."""
    transaction_hash: Digest | None
    refunded_map: str | None
    """Hexadecimal; bit i stands for record i of the batch."""
    forfeited_map: str | None
    fees_wei: Wei | None
    from_rewards_wei: Wei | None


class Member(TypedDict):
    """A contribution of a batch."""

    id: Digest
    status: ContributionStatus
    player: Address


class BatchLinks(TypedDict):
    """Where to go on."""

    self: str


@with_config(PUBLISHED)
class ListedBatch(TypedDict):
    """A batch without its members."""

    id: int
    status: BatchStatus
    trainer: Address
    item_count: Count
    chain_batch_id: int | None
    """Its number in the data handler; null until it is confirmed."""
    added_at: Count | None
    due_at: Count | None
    """When it is looked at for settling."""
    closed_at: UnixTime | None
    transactions: list[Attempt]
    block_number: Count | None
    links: BatchLinks


@with_config(PUBLISHED)
class BatchPage(TypedDict):
    """Batches, newest first."""

    batches: list[ListedBatch]
    next_cursor: Cursor | None
    """Null on the last page."""


@with_config(PUBLISHED)
class Batch(ListedBatch):
    """Contributions that went out in one transaction."""

    gas_used: Count | None
    effective_gas_price_wei: Wei | None
    settlements: list[BatchSettlement]
    contributions: list[Member]
    """In the order of the calldata."""
