"""Receivers of webhooks, and the messages for them."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from relayer.store.connection import Connections


class MessageStatus(StrEnum):
    """Where a message stands."""

    WAITING = "waiting"  #: to be sent, or to be sent again
    DELIVERED = "delivered"  #: the receiver answered with 2xx
    DEAD = "dead"  #: given up; it can be replayed


@dataclass(frozen=True, slots=True)
class Webhook:
    """A receiver of messages."""

    id: str
    game: str  #: id of the key whose contributions it hears of
    url: str
    events: tuple[str, ...]
    secret: bytes = field(repr=False)
    previous_secret: bytes | None = field(repr=False)
    previous_until: float | None
    created_at: float
    disabled_at: float | None  #: None: it gets messages
    disabled_reason: str | None

    def keys(self, now: float) -> tuple[bytes, ...]:
        """The secrets that sign now, the newest first."""
        if self.previous_secret is None or now >= (self.previous_until or 0.0):
            return (self.secret,)
        return (self.secret, self.previous_secret)


@dataclass(frozen=True, slots=True)
class Message:
    """One piece of news for one receiver."""

    sequence: int
    id: str
    webhook: str
    event: str
    subject: str  #: the contribution's id
    payload: str
    created_at: float
    status: MessageStatus
    due_at: float
    tries: int
    answer: str | None
    ended_at: float | None


_WEBHOOK = (
    "webhooks.id, game, url, events, secret, previous_secret, previous_until, "
    "webhooks.created_at, disabled_at, disabled_reason"
)
#: The oldest that are due for one receiver, by an index: a long backlog costs nothing.
_DUE = """
SELECT sequence, due_at FROM webhook_messages INDEXED BY webhook_messages_waiting
 WHERE webhook = ? AND status = 'waiting' AND due_at <= ? ORDER BY due_at, sequence LIMIT ?
"""
_CLAIM = """
UPDATE webhook_messages SET due_at = ?2, tries = tries + 1
 WHERE sequence IN (SELECT value FROM json_each(?3)) AND status = 'waiting' AND due_at <= ?1
RETURNING *
"""


@dataclass(frozen=True, slots=True)
class Due:
    """A message that may be sent now."""

    place: int  #: 0: the oldest of its receiver
    due_at: float
    sequence: int
    webhook: str


class WebhookRoom:
    """Reads and changes webhooks and their messages."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def add(self, game: str, url: str, events: Sequence[str], secret: bytes, now: float) -> Webhook:
        """Store a new receiver.

        Raises:
            sqlite3.IntegrityError: there is no such game.
        """
        webhook_id = f"wh_{secrets.token_hex(8)}"
        self._connection.execute(
            "INSERT INTO webhooks (id, game, url, events, secret, created_at) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (webhook_id, game, url, " ".join(events), secret, now),
        )
        return Webhook(webhook_id, game, url, tuple(events), secret, None, None, now, None, None)

    def get(self, webhook_id: str) -> Webhook | None:
        """Return a receiver, or None."""
        row = self._connection.execute(
            f"SELECT {_WEBHOOK} FROM webhooks WHERE id = ?",  # noqa: S608 - column names are literals
            (webhook_id,),
        ).fetchone()
        return None if row is None else _webhook(row)

    def of_game(self, game: str | None = None) -> list[Webhook]:
        """Return the receivers of a game, or all, the oldest first."""
        rows = self._connection.execute(
            f"SELECT {_WEBHOOK} FROM webhooks WHERE ?1 IS NULL OR game = ?1 "  # noqa: S608 - as above
            "ORDER BY created_at, id",
            (game,),
        )
        return [_webhook(row) for row in rows]

    def remove(self, webhook_id: str) -> bool:
        """Remove a receiver with its messages; False when it is unknown."""
        cursor = self._connection.execute("DELETE FROM webhooks WHERE id = ?", (webhook_id,))
        return cursor.rowcount == 1

    def rotate(self, webhook_id: str, secret: bytes, previous_until: float) -> bool:
        """Give a receiver a new secret; the one before signs as well for a while."""
        cursor = self._connection.execute(
            "UPDATE webhooks SET previous_secret = secret, previous_until = ?, secret = ? "
            "WHERE id = ?",
            (previous_until, secret, webhook_id),
        )
        return cursor.rowcount == 1

    def disable(self, webhook_id: str, reason: str, now: float) -> None:
        """Send nothing there any more; what waits is dead, and can be replayed later."""
        with self._connections.transaction() as connection:
            connection.execute(
                "UPDATE webhooks SET disabled_at = ?, disabled_reason = ? "
                "WHERE id = ? AND disabled_at IS NULL",
                (now, reason, webhook_id),
            )
            connection.execute(
                "UPDATE webhook_messages SET status = 'dead', answer = ?, ended_at = ? "
                "WHERE webhook = ? AND status = 'waiting'",
                (reason, now, webhook_id),
            )

    def enable(self, webhook_id: str) -> bool:
        """Send there again; False when it is unknown."""
        cursor = self._connection.execute(
            "UPDATE webhooks SET disabled_at = NULL, disabled_reason = NULL WHERE id = ?",
            (webhook_id,),
        )
        return cursor.rowcount == 1

    def write(self, webhook_id: str, event: str, payload: str, now: float) -> str:
        """Write a message that is about no contribution, and return its id."""
        message_id = f"msg_{secrets.token_hex(16)}"
        self._connection.execute(
            "INSERT INTO webhook_messages (id, webhook, event, subject, payload, created_at, "
            "due_at) VALUES (?1, ?2, ?3, '', ?4, ?5, ?5)",
            (message_id, webhook_id, event, payload, now),
        )
        return message_id

    def messages(
        self,
        webhook_id: str,
        status: MessageStatus | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> list[Message]:
        """Return messages of a receiver, the newest first."""
        rows = self._connection.execute(
            "SELECT * FROM webhook_messages WHERE webhook = ?1 AND (?2 IS NULL OR status = ?2) "
            "AND (?3 IS NULL OR sequence < ?3) ORDER BY sequence DESC LIMIT ?4",
            (webhook_id, status, before, limit),
        )
        return [_message(row) for row in rows]

    def replay(self, webhook_id: str, message_id: str | None, now: float) -> int:
        """Send an ended message again, or all dead ones, and return how many."""
        cursor = self._connection.execute(
            "UPDATE webhook_messages SET status = 'waiting', due_at = ?1, tries = 0, "
            "ended_at = NULL WHERE webhook = ?2 AND status <> 'waiting' "
            "AND iif(?3 IS NULL, status = 'dead', id = ?3)",
            (now, webhook_id, message_id),
        )
        return cursor.rowcount

    def due(self, now: float, per_webhook: int) -> list[Due]:
        """Return what is due: the oldest of each receiver first, then the second ones.

        Args:
            now: what is due.
            per_webhook: most messages of one receiver.
        """
        due = self._connection.execute(
            "SELECT 1 FROM webhook_messages WHERE status = 'waiting' AND due_at <= ? LIMIT 1",
            (now,),
        ).fetchone()
        if due is None:
            return []
        found: list[Due] = []
        for (webhook,) in self._connection.execute("SELECT id FROM webhooks").fetchall():
            rows = self._connection.execute(_DUE, (webhook, now, per_webhook)).fetchall()
            found += [
                Due(place, row["due_at"], row["sequence"], webhook)
                for place, row in enumerate(rows)
            ]
        return sorted(found, key=lambda each: (each.place, each.due_at, each.sequence))

    def claim(
        self, sequences: Sequence[int], now: float, claim_until: float
    ) -> list[tuple[Webhook, Message]]:
        """Take messages that are still due; each counts as tried from now on.

        Args:
            sequences: which.
            now: what is due.
            claim_until: when a claimed message is due again unless something is noted.
        """
        rows = self._connection.execute(
            _CLAIM, (now, claim_until, json.dumps(list(sequences)))
        ).fetchall()
        messages = sorted((_message(row) for row in rows), key=lambda each: each.sequence)
        receivers = {each.webhook: self.get(each.webhook) for each in messages}
        return [
            (receiver, message)
            for message in messages
            if (receiver := receivers[message.webhook]) is not None
        ]

    def note_delivered(self, message_id: str, answer: str, now: float) -> None:
        """The receiver took a message."""
        self._end(message_id, MessageStatus.DELIVERED, answer, now)

    def note_dead(self, message_id: str, answer: str, now: float) -> None:
        """A message is given up."""
        self._end(message_id, MessageStatus.DEAD, answer, now)

    def note_failed(self, message_id: str, answer: str, due_at: float) -> None:
        """The receiver did not take a message; it is tried again later."""
        self._connection.execute(
            "UPDATE webhook_messages SET answer = ?, due_at = ? WHERE id = ? "
            "AND status = 'waiting'",
            (answer, due_at, message_id),
        )

    def counts(self, webhook_id: str | None = None) -> dict[str, int]:
        """Return how many messages of one receiver, or of all, stand where, by status."""
        rows = self._connection.execute(
            "SELECT status, count(*) AS count FROM webhook_messages "
            "WHERE ?1 IS NULL OR webhook = ?1 GROUP BY status",
            (webhook_id,),
        )
        return {row["status"]: row["count"] for row in rows}

    def sweep(self, ended_before: float, limit: int) -> int:
        """Remove some messages that ended long ago, and return how many."""
        old = "SELECT sequence FROM webhook_messages WHERE ended_at < ? LIMIT ?"
        if self._connection.execute(old, (ended_before, 1)).fetchone() is None:
            return 0
        cursor = self._connection.execute(
            f"DELETE FROM webhook_messages WHERE sequence IN ({old})",  # noqa: S608 - a literal
            (ended_before, limit),
        )
        return cursor.rowcount

    def _end(self, message_id: str, status: MessageStatus, answer: str, now: float) -> None:
        self._connection.execute(
            "UPDATE webhook_messages SET status = ?, answer = ?, ended_at = ? WHERE id = ? "
            "AND status = 'waiting'",
            (status, answer, now, message_id),
        )


def _webhook(row: sqlite3.Row) -> Webhook:
    values = dict(row)
    return Webhook(**{**values, "events": tuple(values["events"].split())})


def _message(row: sqlite3.Row) -> Message:
    values = dict(row)
    return Message(**{**values, "status": MessageStatus(values["status"])})
