"""The list of a receiver's webhook messages."""

from __future__ import annotations

from typing import Final

from relayer.ops.lists import filters
from relayer.ops.lists.columns import Column, Kind, Line, Page, key_of, place_of
from relayer.store import Store
from relayer.store.webhooks import Message, MessageStatus

FILTERS: Final = (filters.choice("status", "Status", MessageStatus),)


class MessageList:
    """Messages of one receiver, newest first.

    Args:
        store: where they are.
        webhook: id of the receiver.
        status: where the wanted ones stand; None: anywhere.
    """

    name = "messages"
    columns = (
        Column("id", "Message", Kind.ID),
        Column("event", "Event"),
        Column("subject", "About", Kind.CONTRIBUTION),
        Column("status", "Status", Kind.STATUS),
        Column("tries", "Tries", Kind.NUMBER),
        Column("answer", "Last answer"),
        Column("created_at", "Written", Kind.TIME),
        Column("due_at", "Due", Kind.TIME),
        Column("ended_at", "Ended", Kind.TIME),
    )

    def __init__(self, store: Store, webhook: str, status: MessageStatus | None) -> None:
        self._store = store
        self._webhook = webhook
        self._status = status

    def page(self, place: str | None, limit: int) -> Page:
        """Return lines from a place on."""
        found = self._store.webhook_lists.messages(
            self._webhook, self._status, key_of(place), limit
        )
        lines = [message_line(row) for row in found.rows]
        return Page(lines, place_of(found.next_before), found.looked_at)


def message_line(row: Message) -> Line:
    """Return a message as a line of the list."""
    return {
        "id": row.id,
        "event": row.event,
        "subject": row.subject or None,
        "status": row.status.value,
        "tries": row.tries,
        "answer": row.answer,
        "created_at": row.created_at,
        "due_at": row.due_at if row.status is MessageStatus.WAITING else None,
        "ended_at": row.ended_at,
    }
