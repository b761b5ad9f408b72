"""The list of contributions."""

from __future__ import annotations

from typing import Final

from relayer.ops.lists import filters
from relayer.ops.lists.columns import Column, Kind, Line, Page, key_of, place_of, wei
from relayer.ops.lists.filters import Filter
from relayer.store import Store
from relayer.store.contributions import Contribution
from relayer.store.exploring import ContributionFilter
from relayer.store.statuses import ContributionStatus

FILTERS: Final = (
    filters.choice("status", "Status", ContributionStatus),
    Filter("reason", "Reason", filters.read_slug),
    filters.choice("outcome", "Outcome", ("refunded", "forfeited")),
    Filter("player", "Player", filters.read_address),
    Filter("nonce", "Nonce", filters.read_number),
    Filter("trainer", "Trainer", filters.read_address),
    Filter("game", "Game", filters.read_slug),
    Filter("batch", "Batch", filters.read_number),
    Filter("request_id", "Request", filters.read_slug),
    filters.moment("from_at", "Accepted from"),
    filters.moment("until_at", "Until"),
)


class ContributionList:
    """Contributions, newest first.

    Args:
        store: where they are.
        wanted: which of them.
    """

    name = "contributions"
    columns = (
        Column("sequence", "No.", Kind.NUMBER, is_shown=False),
        Column("id", "Contribution", Kind.CONTRIBUTION),
        Column("status", "Status", Kind.STATUS),
        Column("reason", "Reason"),
        Column("detail", "Detail", is_shown=False),
        Column("accepted_at", "Accepted", Kind.TIME),
        Column("player", "Player", Kind.PLAYER),
        Column("nonce", "Nonce", Kind.NUMBER),
        Column("trainer", "Trainer", Kind.TRAINER),
        Column("label", "Label", Kind.NUMBER),
        Column("game", "Game", Kind.GAME),
        Column("batch_id", "Batch", Kind.BATCH),
        Column("item_index", "Item", Kind.NUMBER, is_shown=False),
        Column("max_fee_gwei", "Most fee", Kind.GWEI, is_shown=False),
        Column("charged_gwei", "Costs", Kind.GWEI),
        Column("outcome", "Outcome", Kind.STATUS),
        Column("stake_wei", "Stake", Kind.WEI, is_shown=False),
        Column("reward_wei", "Reward", Kind.WEI, is_shown=False),
        Column("fee_wei", "Fee", Kind.WEI, is_shown=False),
        Column("fee_from_rewards_wei", "Fee from rewards", Kind.WEI, is_shown=False),
        Column("settled_at", "Settled", Kind.TIME),
        Column("request_id", "Request", is_shown=False),
    )

    def __init__(self, store: Store, wanted: ContributionFilter) -> None:
        self._store = store
        self._wanted = wanted

    def page(self, place: str | None, limit: int) -> Page:
        """Return lines from a place on."""
        found = self._store.exploring.contributions(self._wanted, key_of(place), limit)
        lines = [_line(row) for row in found.rows]
        return Page(lines, place_of(found.next_before), found.looked_at)


def _line(row: Contribution) -> Line:
    return {
        "sequence": row.sequence,
        "id": row.id,
        "status": row.status.value,
        "reason": row.reason,
        "detail": row.detail,
        "accepted_at": row.accepted_at,
        "player": row.player,
        "nonce": row.nonce,
        "trainer": row.trainer,
        "label": row.label,
        "game": row.game,
        "batch_id": row.batch_id,
        "item_index": row.item_index,
        "max_fee_gwei": row.max_fee_gwei,
        "charged_gwei": row.charged_gwei,
        "outcome": row.outcome,
        "stake_wei": wei(row.stake_wei),
        "reward_wei": wei(row.reward_wei),
        "fee_wei": wei(row.fee_wei),
        "fee_from_rewards_wei": wei(row.fee_from_rewards_wei),
        "settled_at": row.settled_at,
        "request_id": row.request_id,
    }
