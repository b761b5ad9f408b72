"""Actions about single contributions: take one back, try again what failed without a trace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from relayer.intake.second_tries import obstacle, try_again
from relayer.ops.actions.fields import Field, hash_or_id, text
from relayer.ops.actions.framework import Action, Undertaking
from relayer.refusals.operators import ActionRefused
from relayer.store.contributions import Contribution
from relayer.store.ops_users import Role
from relayer.store.statuses import ContributionStatus

#: What one action tries again at most.
MOST_AT_ONCE: Final = 500
_ID: Final = Field("contribution", "Contribution", hash_or_id, "its id")


def _find(undertaking: Undertaking) -> Contribution:
    contribution_id = undertaking.arguments["contribution"]
    contribution = undertaking.store.contributions.get(contribution_id)
    if contribution is None:
        raise ActionRefused(f"There is no contribution {contribution_id}.")
    return contribution


def _queued(undertaking: Undertaking) -> Contribution:
    contribution = _find(undertaking)
    if contribution.status is not ContributionStatus.QUEUED:
        raise ActionRefused(
            f"The contribution is {contribution.status}; only a queued one can be taken back. "
            "The transaction of a batch can be cancelled: cancel-transaction."
        )
    return contribution


def _describe_cancelling(undertaking: Undertaking) -> Sequence[str]:
    contribution = _queued(undertaking)
    return [
        f"The contribution of {contribution.player} with nonce {contribution.nonce} leaves the "
        f"queue and is never sent; {contribution.reserved_gwei} gwei are no longer set aside.",
        "Its nonce is free again, and its signature stays valid until its deadline: whoever holds "
        "it could bring it to the chain at an own cost.",
    ]


def _cancel(undertaking: Undertaking) -> str:
    contribution = _queued(undertaking)
    if not undertaking.store.contributions.cancel(contribution.id, undertaking.now):
        raise ActionRefused("The contribution has just left the queue.")
    return f"the contribution {contribution.id} is cancelled"


def _describe_retry(undertaking: Undertaking) -> Sequence[str]:
    contribution = _find(undertaking)
    against = obstacle(undertaking.store, contribution, undertaking.now)
    if against is not None:
        raise ActionRefused(f"The contribution cannot be tried again: {against}.")
    return [
        f"The contribution of {contribution.player} failed ({contribution.reason}) and goes back "
        f"to the queue, at its old place; {contribution.reserved_gwei} gwei are set aside for it.",
        "No block holds it, and the chain takes its nonce once.",
    ]


def _retry(undertaking: Undertaking) -> str:
    _describe_retry(undertaking)
    contribution = _find(undertaking)
    if not try_again(undertaking.store, contribution, undertaking.now):
        raise ActionRefused("The contribution cannot be tried again any more.")
    return f"the contribution {contribution.id} is queued again"


def _candidates(undertaking: Undertaking) -> list[Contribution]:
    store, reason = undertaking.store, undertaking.arguments["reason_slug"]
    ids = store.retries.failed_as(reason, undertaking.now, MOST_AT_ONCE)
    if not ids:
        raise ActionRefused(
            f"Nothing that failed with {reason} of late can be tried again: a block holds it, or "
            "its deadline has passed."
        )
    found = store.contributions.get_many(ids)
    return sorted(found.values(), key=lambda each: each.sequence)


def _describe_retries(undertaking: Undertaking) -> Sequence[str]:
    candidates = _candidates(undertaking)
    able = [c for c in candidates if obstacle(undertaking.store, c, undertaking.now) is None]
    players = len({contribution.player for contribution in able})
    return [
        f"{len(able)} contributions of {players} players failed with "
        f"{undertaking.arguments['reason_slug']} and can go back to the queue, "
        f"{sum(c.reserved_gwei for c in able)} gwei are set aside for them as far as they last.",
        f"{len(candidates) - len(able)} others cannot: their nonces are used or the money is. At "
        f"most {MOST_AT_ONCE} are tried again at once.",
    ]


def _retry_all(undertaking: Undertaking) -> str:
    candidates = _candidates(undertaking)
    count = sum(try_again(undertaking.store, each, undertaking.now) for each in candidates)
    return f"{count} of {len(candidates)} contributions are queued again"


ACTIONS: Final = (
    Action(
        name="cancel-contribution",
        title="Take a queued contribution back",
        role=Role.OPERATOR,
        fields=(_ID,),
        dry_run=_describe_cancelling,
        perform=_cancel,
        sample={"contribution": f"0x{1:064x}"},
    ),
    Action(
        name="retry-contribution",
        title="Try a failed contribution again",
        role=Role.OPERATOR,
        fields=(_ID,),
        dry_run=_describe_retry,
        perform=_retry,
        sample={"contribution": f"0x{1:064x}"},
    ),
    Action(
        name="retry-failed",
        title="Try again what failed for one reason",
        role=Role.OPERATOR,
        fields=(Field("reason_slug", "Failed with", text, "a reason, as `reverted`"),),
        dry_run=_describe_retries,
        perform=_retry_all,
        sample={"reason_slug": "reverted"},
    ),
)
