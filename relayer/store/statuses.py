"""The words for where a row stands. What may become what is written in the schema's files alone.

The table ``status_transitions`` lists every allowed change and triggers refuse the others, so a
room of the store may simply set a status: a wrong one raises ``sqlite3.IntegrityError``.
"""

from __future__ import annotations

from enum import StrEnum


class ContributionStatus(StrEnum):
    """The life of a contribution: one list for store, API, pages and documents."""

    QUEUED = "queued"
    SENT = "sent"
    MINED = "mined"
    CONFIRMED = "confirmed"
    SETTLED = "settled"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether nothing follows by itself."""
        return self in _FINAL_CONTRIBUTION


_FINAL_CONTRIBUTION = frozenset(
    {
        ContributionStatus.SETTLED,
        ContributionStatus.FAILED,
        ContributionStatus.EXPIRED,
        ContributionStatus.CANCELLED,
    }
)


class WithdrawalStatus(StrEnum):
    """The life of a relayed withdrawal."""

    QUEUED = "queued"
    SENT = "sent"
    MINED = "mined"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    EXPIRED = "expired"

    @property
    def is_final(self) -> bool:
        """Whether no other status can follow."""
        return self in (self.CONFIRMED, self.FAILED, self.EXPIRED)


class ValidationStatus(StrEnum):
    """The life of a validation."""

    QUEUED = "queued"
    SENT = "sent"
    MINED = "mined"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether no other status can follow."""
        return self in (self.CONFIRMED, self.FAILED, self.EXPIRED, self.CANCELLED)


class BatchStatus(StrEnum):
    """The life of a batch, from its row to its last settled contribution."""

    PREPARED = "prepared"
    SENT = "sent"
    MINED = "mined"
    CONFIRMED = "confirmed"
    CLOSED = "closed"
    FAILED = "failed"


class TransactionStatus(StrEnum):
    """The life of one nonce of a signer."""

    PREPARED = "prepared"
    SENT = "sent"
    MINED = "mined"
    CONFIRMED = "confirmed"
    FAILED = "failed"


class TransactionKind(StrEnum):
    """What a transaction is for.

    ``credit`` takes the relayer's own earnings out of the Forwarder; ``fill`` is a self-send that
    closes a gap of nonces; ``refill`` brings money from the treasury to a signer or into the tank;
    ``market`` takes a prediction market a step on; ``validate`` brings validations; those of an
    oracle are what its responder does.
    """

    ADD = "add"
    SETTLE = "settle"
    WITHDRAWAL = "withdrawal"
    CREDIT = "credit"
    FILL = "fill"
    REFILL = "refill"
    MARKET = "market"
    VALIDATE = "validate"
    ORACLE_COMMIT = "oracle-commit"
    ORACLE_REVEAL = "oracle-reveal"
    ORACLE_SETTLE = "oracle-settle"
    ORACLE_CLAIM = "oracle-claim"
