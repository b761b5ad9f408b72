"""What became of actions, by the key of the form or request that asked for them."""

from __future__ import annotations

import sqlite3
from dataclasses import astuple, dataclass

from relayer.store.connection import Connections


@dataclass(frozen=True, slots=True)
class OpsAnswer:
    """One action that was performed."""

    who: str
    key: str
    action: str
    arguments: str  #: JSON object
    reason: str
    sentence: str  #: what was done
    sequence: int  #: of its entry in the audit log
    at: float


class OpsAnswerRoom:
    """Keeps one answer for each key of a user; the audit log keeps what was done for good."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def get(self, who: str, key: str) -> OpsAnswer | None:
        """Return what became of the action with this key, or None."""
        row = self._connection.execute(
            "SELECT * FROM ops_answers WHERE who = ? AND key = ?", (who, key)
        ).fetchone()
        return None if row is None else OpsAnswer(**dict(row))

    def keep(self, answer: OpsAnswer) -> None:
        """Keep an answer; call it in the transaction of the action.

        Raises:
            sqlite3.IntegrityError: there is an answer with this key.
        """
        self._connection.execute(
            "INSERT INTO ops_answers (who, key, action, arguments, reason, sentence, sequence, at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            astuple(answer),
        )

    def sweep(self, before: float) -> int:
        """Forget the answers from before a time; return how many."""
        return self._connection.execute("DELETE FROM ops_answers WHERE at < ?", (before,)).rowcount
