"""What came of a run, contribution by contribution: the store's word against the chain's."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.chaos.chain_reading import ChainReading
from tests.chaos.players import Submission

_ENDS = ("settled", "failed", "expired", "cancelled")


@dataclass(frozen=True)
class Row:
    """A contribution in the store."""

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
        """Count one contribution.

        Args:
            submission: what its player was told.
            row: what the store says.
            reading: what the chain says.
            chain_now: time of the newest block.
        """
        key = submission.id
        carried, settled = reading.carried[key], reading.settled[key]
        self.accepted += submission.accepted
        if len(carried) > 1 or len(settled) > 1:
            self.duplicated.append(f"{key}: carried {carried}, settled {settled}")
        if row is None:
            if submission.accepted or carried:
                self.lost.append(f"{key}: accepted, and the store does not know it")
        elif row.status not in _ENDS:
            self.stuck.append(f"{key}: {row.status}, on chain {carried} {settled}")
        elif reading.took_effect(key):
            self.on_chain_exactly_once += len(carried) == len(settled) == 1
            if row.status != "settled" or [row.outcome] != settled:
                self.untrue.append(f"{key}: {row}, and the chain says {settled}")
        elif is_true_failure(submission, row, reading, chain_now):
            self.failed += 1
        else:
            self.lost.append(f"{key}: {row}, on chain {carried}")


def is_true_failure(
    submission: Submission, row: Row, reading: ChainReading, chain_now: int
) -> bool:
    """Whether the chain bears out why a contribution without effect has ended."""
    message = submission.message
    if row.status == "expired":
        return chain_now > message.deadline
    if row.reason == "nonce-used":
        return reading.used[message.player, message.nonce] == 1
    return row.status == "failed" and reading.carried[submission.id] == [row.reason]
