"""The way of a contribution: what happened when, and how long each step took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from relayer.store.contributions import Contribution
from relayer.store.statuses import ContributionStatus
from relayer.store.transactions import Attempt, Transaction

_BAD_ENDS = (
    ContributionStatus.FAILED,
    ContributionStatus.EXPIRED,
    ContributionStatus.CANCELLED,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step, made or not yet."""

    name: str
    meaning: str
    at: float | None  #: unix seconds; None: it was not made
    took_s: float | None  #: since the step before; None: unknown


def steps_of(
    row: Contribution, transaction: Transaction | None, attempts: Sequence[Attempt]
) -> list[Step]:
    """Return the steps of a contribution in their order, up to its end.

    Args:
        row: the contribution.
        transaction: that carries its batch, if it has one.
        attempts: of that transaction, oldest first.
    """
    broadcasts = [each.broadcast_at for each in attempts if each.broadcast_at is not None]
    made: list[tuple[str, str, float | None]] = [
        ("accepted", "signature, limits and budget were checked", row.accepted_at)
    ]
    if transaction is not None or row.status not in _BAD_ENDS:
        made += [
            ("batched", "a batch took it", transaction.created_at if transaction else None),
            ("signed", "the first attempt was signed", attempts[0].signed_at if attempts else None),
            ("sent", "a node was given it", min(broadcasts, default=None)),
            ("mined", "a block holds it", transaction.mined_at if transaction else None),
            ("confirmed", "the block is final", transaction.confirmed_at if transaction else None),
        ]
    if row.status in _BAD_ENDS:
        made.append((row.status.value, row.reason or "taken back", row.updated_at))
    else:
        made.append(("settled", row.outcome or "refunded or forfeited", row.settled_at))
    return _timed(made)


def _timed(made: Sequence[tuple[str, str, float | None]]) -> list[Step]:
    """The steps with the time since the one before, as far as both are known."""
    steps: list[Step] = []
    before: float | None = None
    for name, meaning, at in made:
        took_s = None if at is None or before is None else max(0.0, at - before)
        steps.append(Step(name, meaning, at, took_s))
        before = at if at is not None else before
    return steps
