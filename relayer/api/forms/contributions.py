"""The form of contributions in answers."""

from __future__ import annotations

from typing import Annotated, NotRequired

from pydantic import Field, with_config
from typing_extensions import TypedDict

from relayer.api.forms.shared import (
    PUBLISHED,
    Attempt,
    Count,
    Cursor,
    Digest,
    Gwei,
    Problem,
    UnixTime,
    Wei,
)
from relayer.intake.schemas import Address, HexBytes
from relayer.store.statuses import ContributionStatus


@with_config(PUBLISHED)
class Settlement(TypedDict):
    """What became of a contribution in the reward stage."""

    outcome: Annotated[str, Field(pattern="^(refunded|forfeited)$")] | None
    """Refunded or forfeited; of a gamified trainer: confirmed by a player, or lapsed."""
    reward_wei: Wei | None
    fee_wei: Wei | None
    fee_from_rewards_wei: Wei | None
    """The part of the fee that rewards paid; the sponsor's tank paid the rest."""
    transaction_hash: Digest | None
    settled_at: UnixTime | None


class ContributionLinks(TypedDict):
    """Where to go on."""

    self: str
    batch: str | None
    player: str


@with_config(PUBLISHED)
class Contribution(TypedDict):
    """A contribution and everything that became of it."""

    id: Digest
    """The EIP-712 digest."""
    contribution_number: Count | None
    """What validators sign; null until the contribution is confirmed."""
    status: ContributionStatus
    reason: str | None
    """Why it failed or expired, as a slug."""
    detail: str | None
    trainer: Address
    player: Address
    nonce: Count
    label: Count
    sample: HexBytes
    max_fee_gwei: Gwei
    deadline_at: Count
    accepted_at: UnixTime
    batch_id: int | None
    transactions: list[Attempt]
    """Every version of the transaction that carries its batch."""
    block_number: Count | None
    stake_wei: Wei | None
    settlement: Settlement | None
    """Null until it is settled."""
    links: ContributionLinks


@with_config(PUBLISHED)
class ContributionPage(TypedDict):
    """Contributions, newest first."""

    contributions: list[Contribution]
    next_cursor: Cursor | None
    """Null on the last page."""


@with_config(PUBLISHED)
class ContributionResult(TypedDict):
    """What became of one element of a list: exactly one of contribution and problem is there."""

    status: int
    """202 when it was accepted, 200 when it had been before, else that of the problem."""
    contribution: NotRequired[Contribution]
    problem: NotRequired[Problem]


class ContributionResults(TypedDict):
    """One result for each element of the list, in the same order."""

    results: list[ContributionResult]
