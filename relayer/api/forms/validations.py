"""The form of validations and withdrawals in answers."""

from __future__ import annotations

from typing import NotRequired

from pydantic import with_config
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
from relayer.intake.schemas import Address
from relayer.store.statuses import ValidationStatus, WithdrawalStatus


class ValidationLinks(TypedDict):
    """Where to go on."""

    self: str
    contribution: str
    player: str


@with_config(PUBLISHED)
class Validation(TypedDict):
    """A signed statement that somebody else's contribution is good."""

    id: Digest
    """The EIP-712 digest."""
    status: ValidationStatus
    reason: str | None
    """Why it failed or expired, as a slug."""
    detail: str | None
    trainer: Address
    validator: Address
    contribution: Count
    """The number of the contribution, which was signed."""
    contribution_id: Digest
    nonce: Count
    max_fee_gwei: Gwei
    deadline_at: Count
    accepted_at: UnixTime
    transactions: list[Attempt]
    block_number: Count | None
    links: ValidationLinks


@with_config(PUBLISHED)
class ValidationPage(TypedDict):
    """Validations, newest first."""

    validations: list[Validation]
    next_cursor: Cursor | None
    """Null on the last page."""


@with_config(PUBLISHED)
class WithdrawalPage(TypedDict):
    """Withdrawals, newest first."""

    withdrawals: list[Withdrawal]
    next_cursor: Cursor | None
    """Null on the last page."""


@with_config(PUBLISHED)
class ValidationResult(TypedDict):
    """What became of one element of a list: exactly one of validation and problem is there."""

    status: int
    """202 when it was accepted, 200 when it had been before, else that of the problem."""
    validation: NotRequired[Validation]
    problem: NotRequired[Problem]


class ValidationResults(TypedDict):
    """One result for each element of the list, in the same order."""

    results: list[ValidationResult]


class WithdrawalLinks(TypedDict):
    """Where to go on."""

    self: str
    player: str


@with_config(PUBLISHED)
class Withdrawal(TypedDict):
    """A signed withdrawal from a player's balance."""

    id: Digest
    """The EIP-712 digest."""
    status: WithdrawalStatus
    reason: str | None
    """Why it failed or expired, as a slug."""
    player: Address
    to: Address
    amount_wei: Wei
    """What leaves the balance, the fee included."""
    nonce: Count
    max_fee_gwei: Gwei
    deadline_at: Count
    accepted_at: UnixTime
    transactions: list[Attempt]
    paid_by_hash: Digest | None
    """The transaction that paid it, when somebody else sent it."""
    block_number: Count | None
    links: WithdrawalLinks
