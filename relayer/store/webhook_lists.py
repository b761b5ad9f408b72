"""Receivers of webhooks with what waits for them, and the messages about one contribution."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final

from relayer.store.connection import Connections
from relayer.store.walks import Found, Route, Walk
from relayer.store.webhooks import Message, MessageStatus

#: What is counted one by one; where there are more it says so.
MOST_COUNTED: Final = 10_000

_UNDELIVERED: Final = """
SELECT count(*) AS count FROM (
    SELECT 1 FROM webhook_messages INDEXED BY webhook_messages_undelivered
     WHERE webhook = ? AND status <> 'delivered' AND status = ? LIMIT ?)
"""


def _message(row: sqlite3.Row) -> Message:
    values = dict(row)
    return Message(**{**values, "status": MessageStatus(values["status"])})


_MESSAGES: Final = Walk("webhook_messages", "sequence", _message)


@dataclass(frozen=True, slots=True)
class Count:
    """A count that stops somewhere."""

    value: int
    is_more: bool  #: whether there are more than that


class WebhookListRoom:
    """Reads messages in pages; it changes nothing."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def undelivered(self, webhook_id: str, status: MessageStatus) -> Count:
        """Return how many messages of a receiver wait, or are dead."""
        values = (webhook_id, status, MOST_COUNTED + 1)
        found = int(self._connection.execute(_UNDELIVERED, values).fetchone()["count"])
        return Count(min(found, MOST_COUNTED), found > MOST_COUNTED)

    def oldest_waiting_at(self, webhook_id: str) -> float | None:
        """Return when the oldest message that waits for a receiver was written."""
        row = self._connection.execute(
            "SELECT created_at FROM webhook_messages INDEXED BY webhook_messages_undelivered "
            "WHERE webhook = ? AND status <> 'delivered' AND status = 'waiting' "
            "ORDER BY sequence LIMIT 1",
            (webhook_id,),
        ).fetchone()
        return None if row is None else float(row["created_at"])

    def messages(
        self, webhook_id: str, status: MessageStatus | None, before: int | None, limit: int
    ) -> Found[Message]:
        """Return messages of a receiver, newest first."""
        passes: tuple[str, ...] = ("webhook = :webhook",)
        fits: tuple[str, ...] = ()
        index = "webhook_messages_by_webhook"
        if status in (MessageStatus.WAITING, MessageStatus.DEAD):
            index = "webhook_messages_undelivered"
            passes = (*passes, "status <> 'delivered'", "status = :status")
        elif status is not None:
            fits = ("status = :status",)
        values = {"webhook": webhook_id, **({} if status is None else {"status": status})}
        route = Route(index=index, passes=passes, fits=fits, values=values)
        return _MESSAGES.page(self._connection, route, before, limit)

    def about(self, subject: str, limit: int) -> list[Message]:
        """Return messages about a contribution, oldest first."""
        rows = self._connection.execute(
            "SELECT * FROM webhook_messages WHERE subject = ? ORDER BY sequence LIMIT ?",
            (subject, limit),
        )
        return [_message(row) for row in rows]
