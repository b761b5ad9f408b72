"""Tokens with which programs act for users of the ops dashboard."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from relayer.store.connection import Connections


@dataclass(frozen=True, slots=True)
class OpsToken:
    """A token as the house knows it."""

    id: str
    user_name: str
    purpose: str
    moves_money: bool  #: whether it stands for a password that was given just now
    created_at: float
    expires_at: float | None  #: None: never

    def is_valid(self, now: float) -> bool:
        """Whether it can be used now."""
        return self.expires_at is None or now < self.expires_at


_COLUMNS = "id, user_name, purpose, moves_money, created_at, expires_at"


class OpsTokenRoom:
    """Reads and changes tokens; they go with their user."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def add(self, token: OpsToken, secret_hash: str) -> None:
        """Store a new token with the hash of its secret.

        Raises:
            sqlite3.IntegrityError: the id exists, or the user does not.
        """
        self._connection.execute(
            f"INSERT INTO ops_tokens (secret_hash, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - column names are literals
            (
                secret_hash,
                token.id,
                token.user_name,
                token.purpose,
                token.moves_money,
                token.created_at,
                token.expires_at,
            ),
        )

    def find(self, secret_hash: str) -> OpsToken | None:
        """Return the token with a secret; whether it is valid is another question."""
        row = self._connection.execute(
            f"SELECT {_COLUMNS} FROM ops_tokens WHERE secret_hash = ?",  # noqa: S608 - literals
            (secret_hash,),
        ).fetchone()
        return None if row is None else _token(row)

    def newest(self) -> list[OpsToken]:
        """Return all tokens, the newest first."""
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM ops_tokens ORDER BY created_at DESC, id"  # noqa: S608 - literals
        )
        return [_token(row) for row in rows]

    def remove(self, token_id: str) -> bool:
        """End a token at once; False when there is none of that id."""
        cursor = self._connection.execute("DELETE FROM ops_tokens WHERE id = ?", (token_id,))
        return cursor.rowcount == 1


def _token(row: sqlite3.Row) -> OpsToken:
    return OpsToken(**{**dict(row), "moves_money": bool(row["moves_money"])})
