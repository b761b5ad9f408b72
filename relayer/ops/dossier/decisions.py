"""What was decided about a contribution, and why: in sentences, from what the store knows."""

from __future__ import annotations

from dataclasses import dataclass

from relayer.store import Store
from relayer.store.contributions import Contribution
from relayer.store.statuses import ContributionStatus
from relayer.store.transactions import Transaction


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision."""

    about: str
    sentence: str


def decisions_of(
    store: Store, row: Contribution, transaction: Transaction | None
) -> list[Decision]:
    """Return the decisions about a contribution in the order in which they are taken."""
    return [
        Decision("admission", _admission(row)),
        Decision("deadline", _deadline(row)),
        Decision("budget", _budget(row)),
        *_holding(store, row),
        *_cancelling(store, transaction),
        *_ending(row),
    ]


def _admission(row: Contribution) -> str:
    if row.game is None:
        return "The player sent it without a key or ticket of a game."
    return f"It came with the key, or a play ticket, of the game {row.game}."


def _deadline(row: Contribution) -> str:
    left_s = int(row.deadline_at - row.accepted_at)
    return f"It was accepted {left_s:,} s before its deadline."


def _budget(row: Contribution) -> str:
    reserved = (
        f"{row.reserved_gwei:,} gwei were set aside for it; its player signed a fee of at most "
        f"{row.max_fee_gwei:,} gwei."
    )
    if row.charged_gwei is None:
        return reserved
    return f"{reserved} Budgets are charged {row.charged_gwei:,} gwei now."


def _holding(store: Store, row: Contribution) -> list[Decision]:
    suspect = store.suspects.of([row.id]).get(row.id)
    if suspect is None:
        return []
    return [
        Decision(
            "isolation",
            f"{suspect.failures} transactions that carried it came to nothing; it goes on among "
            f"{suspect.most_items} items at most.",
        )
    ]


def _cancelling(store: Store, transaction: Transaction | None) -> list[Decision]:
    asked = None if transaction is None else store.cancellations.of(transaction.id)
    if asked is None:
        return []
    detail = f": {asked.detail}" if asked.detail else ""
    return [
        Decision("cancelling", f"Its transaction is to come to nothing, {asked.reason}{detail}.")
    ]


def _ending(row: Contribution) -> list[Decision]:
    if row.status is ContributionStatus.CANCELLED:
        return [Decision("end", "It was taken back before a batch took it.")]
    if row.reason is None:
        return []
    detail = f": {row.detail}" if row.detail else ""
    return [Decision("end", f"{row.reason}{detail}")]
