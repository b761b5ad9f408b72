"""What came of a run, request by request: the store's word against the chain's."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tests.chaos.chain_reading import ChainReading
from tests.chaos.submissions import Kind, Submission

_BAD_ENDS = ("failed", "expired", "cancelled")


@dataclass(frozen=True)
class Row:
    """A signed request in the store."""

    status: str
    reason: str | None
    outcome: str | None


@dataclass
class Verdict:
    """What came of a run; `faultless` when every promise held."""

    rounds: int
    seed: int
    duration_s: float
    kills: int = 0
    reorgs: int = 0
    rpc_faults: int = 0
    accepted: int = 0
    on_chain_exactly_once: int = 0
    failed: int = 0
    books_balance: bool = False
    #: Accepted requests by kind.
    by_kind: Counter[Kind] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    #: Rows whose status, outcome or reason is not what the chain says.
    untrue: list[str] = field(default_factory=list)
    #: Last words of processes that ended though nobody killed them.
    unasked: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)

    @property
    def faultless(self) -> bool:
        """Whether every promise held."""
        return self.books_balance and not (
            self.lost or self.duplicated or self.stuck or self.untrue or self.unasked
        )

    def weigh(
        self, submission: Submission, row: Row | None, reading: ChainReading, chain_now: int
    ) -> None:
        """Count one signed request.

        Args:
            submission: what its player was told.
            row: what the store says.
            reading: what the chain says.
            chain_now: time of the newest block.
        """
        key = submission.id
        carried, settled = reading.carried[key], reading.settled[key]
        self.accepted += submission.accepted
        self.by_kind[submission.kind] += submission.accepted
        if len(carried) > 1 or len(settled) > 1:
            self.duplicated.append(f"{key}: carried {carried}, settled {settled}")
        if row is None:
            if submission.accepted or carried:
                self.lost.append(f"{key}: accepted, and the store does not know it")
        elif row.status not in (*_BAD_ENDS, submission.kind.good_end):
            self.stuck.append(f"{key}: {row.status}, on chain {carried} {settled}")
        elif reading.took_effect(key):
            ends = [row.outcome] if submission.kind is Kind.CONTRIBUTION else []
            self.on_chain_exactly_once += len(carried) == 1 and settled == ends
            if row.status != submission.kind.good_end or settled != ends:
                self.untrue.append(f"{key}: {row}, and the chain says {settled}")
        elif is_true_failure(submission, row, reading, chain_now):
            self.failed += 1
        else:
            self.lost.append(f"{key}: {row}, on chain {carried}")


def is_true_failure(
    submission: Submission, row: Row, reading: ChainReading, chain_now: int
) -> bool:
    """Whether the chain bears out why a request without effect has ended."""
    if row.status == "expired":
        return chain_now > submission.deadline_at
    if row.reason == "nonce-used":
        return reading.used[submission.player, submission.nonce] == 1
    if row.reason == "not-open" and submission.contribution_id is not None:
        return len(reading.settled[submission.contribution_id]) == 1
    if row.reason == "reverted" and submission.kind is Kind.WITHDRAWAL:
        return submission.id in reading.reverted
    if row.reason == "balance-too-low":
        return reading.balance_wei(submission.player) < int(submission.body["message"]["amountWei"])
    return row.status == "failed" and reading.carried[submission.id] == [row.reason]
