"""Answers that are given again, word for word, to who repeats a request with the same key."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from relayer.store.connection import Connections

#: Answers whose time is over that one new answer takes away: more than ever come in.
_SWEPT_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What was answered, and to what."""

    fingerprint: str  #: hash of the body that was answered
    status: int
    location: str | None
    body: bytes


class KeptAnswerRoom:
    """Reads and writes kept answers."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def get(self, scope: str, key: str, now: float) -> KeptAnswer | None:
        """Return what a caller's key stands for, unless its time is over."""
        row = self._connections.database.conn.execute(
            "SELECT fingerprint, status, location, body FROM kept_answers "
            "WHERE scope = ? AND key = ? AND expires_at > ?",
            (scope, key, now),
        ).fetchone()
        if row is None:
            return None
        body = zlib.decompress(row["body"])
        return KeptAnswer(row["fingerprint"], row["status"], row["location"], body)

    def put(self, scope: str, key: str, answer: KeptAnswer, now: float, keep_s: float) -> None:
        """Keep an answer for some time, and forget some whose time is over."""
        with self._connections.transaction() as connection:
            connection.execute(
                "DELETE FROM kept_answers WHERE rowid IN (SELECT rowid FROM kept_answers "
                "WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)",
                (now, _SWEPT_AT_ONCE),
            )
            connection.execute(
                "INSERT OR REPLACE INTO kept_answers "
                "(scope, key, fingerprint, status, location, body, expires_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    scope,
                    key,
                    answer.fingerprint,
                    answer.status,
                    answer.location,
                    zlib.compress(answer.body, level=1),
                    now + keep_s,
                ),
            )
