"""The reward stage as lists: what is due when, and which call settled what and who paid it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from relayer.deployment import Deployment
from relayer.ops.lists import filters
from relayer.ops.lists.columns import Column, Kind, Line, Page, key_of, place_of, wei
from relayer.ops.lists.filters import Filter
from relayer.store import Store
from relayer.store.batches import Batch
from relayer.store.reward_stage import OpenStakes, SettlingCall, Spent

CALL_FILTERS: Final = (Filter("batch", "Batch", filters.read_number),)

_NOTHING: Final = OpenStakes(0, 0)


class DueList:
    """Batches with something open, the one that is looked at next first.

    Args:
        store: where they are.
        deployment: tells from when on everything is decided; None: nobody knows.
        without_date: whether those are wanted that wait for a market to end.
    """

    name = "due"
    columns = (
        Column("due_at", "Looked at", Kind.TIME),
        Column("batch_id", "Batch", Kind.BATCH),
        Column("trainer", "Trainer", Kind.TRAINER),
        Column("added_at", "Added", Kind.TIME),
        Column("open_count", "Open", Kind.NUMBER),
        Column("open_stakes_wei", "Stakes in it", Kind.WEI),
        Column("likely_back_wei", "Likely back", Kind.WEI),
        Column("likely_lost_wei", "Likely forfeited", Kind.WEI),
        Column("decided_at", "Forfeited from", Kind.TIME),
        Column("state", "State", Kind.STATUS),
    )

    def __init__(
        self, store: Store, deployment: Deployment | None, *, without_date: bool = False
    ) -> None:
        self._store = store
        self._deployment = deployment
        self._without_date = without_date

    def page(self, place: str | None, limit: int) -> Page:
        """Return lines from a place on."""
        if self._without_date:
            rows = self._store.reward_stage.without_date(key_of(place) or 0, limit + 1)
        else:
            rows = self._store.reward_stage.due(_time_and_key(place), limit + 1)
        shown = rows[:limit]
        return Page(self._lines(shown), self._place(shown[-1]) if len(rows) > limit else None)

    def _place(self, batch: Batch) -> str:
        return str(batch.id) if self._without_date else f"{batch.due_at}.{batch.id}"

    def _lines(self, batches: Sequence[Batch]) -> list[Line]:
        ids = [batch.id for batch in batches]
        stakes = self._store.reward_stage.open_stakes(ids)
        settled = self._store.tallies.settled()
        under_way = self._store.reward_stage.being_settled(ids)
        return [
            {
                "due_at": batch.due_at,
                "batch_id": batch.id,
                "trainer": batch.trainer,
                "added_at": batch.added_at,
                "open_count": stakes.get(batch.id, _NOTHING).count,
                **_likely(stakes.get(batch.id, _NOTHING).stakes_wei, settled),
                "decided_at": self._decided_at(batch),
                "state": "sent" if batch.id in under_way else "waiting",
            }
            for batch in batches
        ]

    def _decided_at(self, batch: Batch) -> int | None:
        if self._deployment is None or batch.added_at is None:
            return None
        entry = self._deployment.trainers_by_address.get(batch.trainer.lower())
        return None if entry is None else entry.mechanism.decided_at(batch.added_at)


def _likely(stakes_wei: int, settled: Mapping[str, int]) -> dict[str, str | None]:
    """Stakes, and what becomes of them if it goes on as it has gone so far."""
    ended = settled["refunded"] + settled["forfeited"]
    back_wei = stakes_wei * settled["refunded"] // ended if ended else None
    return {
        "open_stakes_wei": wei(stakes_wei),
        "likely_back_wei": wei(back_wei),
        "likely_lost_wei": None if back_wei is None else wei(stakes_wei - back_wei),
    }


def _time_and_key(place: str | None) -> tuple[int, int]:
    time, _, key = (place or "0.0").partition(".")
    return key_of(time) or 0, key_of(key or "0") or 0


class SettlingCallList:
    """Calls that settled, newest first, with who paid what.

    Args:
        store: where they are.
        batch: whose; None: all.
    """

    name = "settlements"
    columns = (
        Column("id", "Call", Kind.NUMBER),
        Column("batch_id", "Batch", Kind.BATCH),
        Column("transaction_id", "Transaction", Kind.TRANSACTION),
        Column("status", "Status", Kind.STATUS),
        Column("signer", "Signer", Kind.SIGNER),
        Column("hash", "Hash", Kind.HASH),
        Column("mined_at", "Mined", Kind.TIME),
        Column("refunded", "Refunded", Kind.NUMBER),
        Column("forfeited", "Forfeited", Kind.NUMBER),
        Column("fees_wei", "Fees credited", Kind.WEI),
        Column("from_rewards_wei", "From rewards", Kind.WEI),
        Column("from_tank_wei", "From the tank", Kind.WEI),
        Column("cost_wei", "Gas paid", Kind.WEI),
    )

    def __init__(self, store: Store, batch: int | None) -> None:
        self._store = store
        self._batch = batch

    def page(self, place: str | None, limit: int) -> Page:
        """Return lines from a place on."""
        found = self._store.reward_stage.calls(self._batch, key_of(place), limit)
        spent = self._store.reward_stage.spent({row.transaction_id for row in found.rows})
        lines = [_call_line(row, spent.get(row.transaction_id)) for row in found.rows]
        return Page(lines, place_of(found.next_before), found.looked_at)


def _call_line(row: SettlingCall, spent: Spent | None) -> Line:
    is_known = row.fees_wei is not None and row.from_rewards_wei is not None
    from_tank_wei = (row.fees_wei or 0) - (row.from_rewards_wei or 0) if is_known else None
    return {
        "id": row.id,
        "batch_id": row.batch_id,
        "transaction_id": row.transaction_id,
        "status": None if spent is None else spent.status,
        "signer": None if spent is None else spent.signer,
        "hash": None if spent is None else spent.mined_hash,
        "mined_at": None if spent is None else spent.mined_at,
        "refunded": row.refunded,
        "forfeited": row.forfeited,
        "fees_wei": wei(row.fees_wei),
        "from_rewards_wei": wei(row.from_rewards_wei),
        "from_tank_wei": wei(from_tank_wei),
        "cost_wei": None if spent is None else wei(spent.cost_wei),
    }
