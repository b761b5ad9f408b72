"""Messages about alerts: written with what they tell, delivered later, kept until they are."""

from __future__ import annotations

import secrets
import sqlite3
from dataclasses import dataclass
from enum import StrEnum

from relayer.store.connection import Connections
from relayer.store.webhooks import MessageStatus


class Channel(StrEnum):
    """How a message goes out."""

    WEBHOOK = "webhook"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that is not written yet."""

    channel: Channel
    target: str  #: a URL, or addresses with commas between
    alert: str
    subject: str  #: in a webhook: the type of its event
    body: str


@dataclass(frozen=True, slots=True)
class AlertMessage:
    """One message to one target."""

    sequence: int
    id: str
    channel: Channel
    target: str
    subject: str
    body: str
    created_at: float
    status: MessageStatus
    due_at: float
    tries: int
    answer: str | None  #: what came of the last try
    ended_at: float | None
    alert: str | None = None  #: None: an earlier version wrote it


_CLAIM = """
UPDATE alert_messages SET due_at = ?2, tries = tries + 1
 WHERE sequence IN (SELECT sequence FROM alert_messages
                     WHERE status = 'waiting' AND due_at <= ?1 ORDER BY due_at, sequence LIMIT ?3)
RETURNING *
"""


class AlertMessageRoom:
    """Reads and changes messages."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def write(self, draft: Draft, now: float) -> str:
        """Store a message that is due at once, and return its id.

        What waits for the same target about the same alert, or was given up, is old news, and goes:
        a receiver that comes back hears how each alert stands, and not what it missed. Call it in a
        transaction.
        """
        message_id = f"msg_{secrets.token_hex(16)}"
        self._connection.execute(
            "DELETE FROM alert_messages INDEXED BY alert_messages_untold "
            "WHERE alert = ? AND target = ? AND channel = ? AND status IN ('waiting', 'dead')",
            (draft.alert, draft.target, draft.channel),
        )
        self._connection.execute(
            "INSERT INTO alert_messages "
            "(id, channel, target, alert, subject, body, created_at, due_at) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)",
            (message_id, draft.channel, draft.target, draft.alert, draft.subject, draft.body, now),
        )
        return message_id

    def claim_due(self, now: float, claim_until: float, limit: int) -> list[AlertMessage]:
        """Take messages that are due, the oldest first; each counts as tried from now on.

        Args:
            now: what is due.
            claim_until: when a claimed message is due again unless something is noted.
            limit: most messages.
        """
        due = self._connection.execute(
            "SELECT 1 FROM alert_messages WHERE status = 'waiting' AND due_at <= ? LIMIT 1", (now,)
        ).fetchone()
        if due is None:
            return []
        rows = self._connection.execute(_CLAIM, (now, claim_until, limit)).fetchall()
        return sorted((_message(row) for row in rows), key=lambda each: each.sequence)

    def note_delivered(self, message_id: str, answer: str, now: float) -> None:
        """The target took a message."""
        self._end(message_id, MessageStatus.DELIVERED, answer, now)

    def note_dead(self, message_id: str, answer: str, now: float) -> None:
        """A message is given up."""
        self._end(message_id, MessageStatus.DEAD, answer, now)

    def note_failed(self, message_id: str, answer: str, due_at: float) -> None:
        """The target did not take a message; it is tried again later."""
        self._connection.execute(
            "UPDATE alert_messages SET answer = ?, due_at = ? WHERE id = ? AND status = 'waiting'",
            (answer, due_at, message_id),
        )

    def newest(self, limit: int) -> list[AlertMessage]:
        """Return messages, the newest first."""
        rows = self._connection.execute(
            "SELECT * FROM alert_messages ORDER BY sequence DESC LIMIT ?", (limit,)
        )
        return [_message(row) for row in rows]

    def dead(self, limit: int) -> list[AlertMessage]:
        """Return those that were given up, the newest first."""
        rows = self._connection.execute(
            "SELECT * FROM alert_messages WHERE status = 'dead' ORDER BY sequence DESC LIMIT ?",
            (limit,),
        )
        return [_message(row) for row in rows]

    def counts(self) -> tuple[int, int]:
        """Return how many wait, and how many were given up."""
        row = self._connection.execute(
            "SELECT (SELECT count(*) FROM alert_messages WHERE status = 'waiting') AS waiting, "
            "(SELECT count(*) FROM alert_messages WHERE status = 'dead') AS dead"
        ).fetchone()
        return int(row["waiting"]), int(row["dead"])

    def replay_dead(self, now: float) -> int:
        """Send everything again that was given up, and return how many messages that is."""
        return self._connection.execute(
            "UPDATE alert_messages SET status = 'waiting', due_at = ?, tries = 0, ended_at = NULL "
            "WHERE status = 'dead'",
            (now,),
        ).rowcount

    def sweep(self, ended_before: float) -> int:
        """Remove messages that ended before a time, and return how many."""
        return self._connection.execute(
            "DELETE FROM alert_messages WHERE ended_at < ?", (ended_before,)
        ).rowcount

    def _end(self, message_id: str, status: MessageStatus, answer: str, now: float) -> None:
        self._connection.execute(
            "UPDATE alert_messages SET status = ?, answer = ?, ended_at = ? WHERE id = ? "
            "AND status = 'waiting'",
            (status, answer, now, message_id),
        )


def _message(row: sqlite3.Row) -> AlertMessage:
    values = dict(row)
    values["channel"] = Channel(values["channel"])
    values["status"] = MessageStatus(values["status"])
    return AlertMessage(**values)
