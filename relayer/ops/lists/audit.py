"""The audit log as a file, for whoever keeps it elsewhere."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

from relayer.ops.lists.columns import Column, Kind, Page, key_of, place_of
from relayer.ops.lists.filters import Filter
from relayer.store import Store

FILTERS: Final = (Filter("who", "Who", str), Filter("action", "Action", str))


class AuditList:
    """Entries of the audit log, the newest first.

    Args:
        store: where they are.
        who: only what this user did; None: everybody.
        action: only this; None: everything.
    """

    name = "audit"
    columns = (
        Column("sequence", "Entry", Kind.NUMBER),
        Column("at", "When", Kind.TIME),
        Column("who", "Who"),
        Column("via", "Via"),
        Column("action", "Action"),
        Column("arguments", "With"),
        Column("reason", "Reason"),
        Column("outcome", "Outcome"),
        Column("previous_hash", "Hash before"),
        Column("hash", "Hash"),
    )

    def __init__(self, store: Store, who: str | None = None, action: str | None = None) -> None:
        self._store = store
        self._who = who
        self._action = action

    def page(self, place: str | None, limit: int) -> Page:
        """Return lines from a place on."""
        entries = self._store.audit.newest(
            limit + 1, before=key_of(place), who=self._who, action=self._action
        )
        more = entries[limit - 1].sequence if len(entries) > limit else None
        return Page([asdict(entry) for entry in entries[:limit]], place_of(more))
