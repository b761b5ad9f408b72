"""Keys of games, and the hashes of their secrets."""

from __future__ import annotations

import sqlite3

from relayer.limits.keys import GameKey, KeyToken, Scope
from relayer.store.connection import Connections

_COLUMNS = "id, name, scopes, created_at, expires_at, revoked_at, quota, daily_budget_gwei"


_REVOKED = "the key of its game was revoked"


class GameKeyRoom:
    """Reads and changes keys; a key is never removed, for contributions name it."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def create(self, key: GameKey, token: KeyToken) -> None:
        """Store a new key with its first secret.

        Raises:
            sqlite3.IntegrityError: the id exists.
        """
        with self._connections.transaction() as connection:
            connection.execute(
                f"INSERT INTO game_keys ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - column names are literals
                (
                    key.id,
                    key.name,
                    " ".join(sorted(key.scopes)),
                    key.created_at,
                    key.expires_at,
                    key.revoked_at,
                    key.quota,
                    key.daily_budget_gwei,
                ),
            )
            self._add_secret(connection, token, key.created_at)

    def rotate(self, token: KeyToken, now: float, overlap_s: float) -> None:
        """Give a key a new secret; those before it stay valid for the overlap, and no longer."""
        with self._connections.transaction() as connection:
            connection.execute(
                "UPDATE game_key_secrets SET expires_at = min(coalesce(expires_at, ?1), ?1) "
                "WHERE key_id = ?2",
                (now + overlap_s, token.id),
            )
            self._add_secret(connection, token, now)

    def revoke(self, key_id: str, now: float) -> bool:
        """End a key at once, and with it what its webhooks are told; False when it is no key."""
        with self._connections.transaction() as connection:
            cursor = connection.execute(
                "UPDATE game_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL",
                (now, key_id),
            )
            if cursor.rowcount != 1:
                return False
            connection.execute(
                "UPDATE webhooks SET disabled_at = ?1, disabled_reason = ?3 "
                "WHERE game = ?2 AND disabled_at IS NULL",
                (now, key_id, _REVOKED),
            )
            connection.execute(
                "UPDATE webhook_messages SET status = 'dead', answer = ?3, ended_at = ?1 "
                "WHERE status = 'waiting' AND webhook IN (SELECT id FROM webhooks WHERE game = ?2)",
                (now, key_id, _REVOKED),
            )
        return True

    def get(self, key_id: str) -> GameKey | None:
        """Return one key, valid or not, or None."""
        row = self._connection.execute(
            f"SELECT {_COLUMNS} FROM game_keys WHERE id = ?",  # noqa: S608 - literals
            (key_id,),
        ).fetchone()
        return None if row is None else _key(row)

    def find(self, secret_hash: str, now: float) -> GameKey | None:
        """Return the key that a secret opens now; whether the key is valid is another question."""
        row = self._connection.execute(
            f"SELECT {_COLUMNS} FROM game_keys WHERE id = (SELECT key_id FROM game_key_secrets "  # noqa: S608 - literals
            "WHERE secret_hash = ? AND (expires_at IS NULL OR expires_at > ?))",
            (secret_hash, now),
        ).fetchone()
        return None if row is None else _key(row)

    def ticket_secrets(self, key_id: str, now: float) -> list[bytes]:
        """Return the secrets that a key's play tickets may be signed with now."""
        rows = self._connection.execute(
            "SELECT ticket_secret FROM game_key_secrets "
            "WHERE key_id = ? AND (expires_at IS NULL OR expires_at > ?)",
            (key_id, now),
        )
        return [bytes(row["ticket_secret"]) for row in rows]

    def newest(self) -> list[GameKey]:
        """Return all keys, valid or not, the newest first."""
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM game_keys ORDER BY created_at DESC, id"  # noqa: S608 - literals
        )
        return [_key(row) for row in rows]

    @staticmethod
    def _add_secret(connection: sqlite3.Connection, token: KeyToken, now: float) -> None:
        connection.execute(
            "INSERT INTO game_key_secrets (secret_hash, key_id, ticket_secret, created_at) "
            "VALUES (?, ?, ?, ?)",
            (token.secret_hash(), token.id, token.ticket_secret(), now),
        )


def _key(row: sqlite3.Row) -> GameKey:
    scopes = frozenset(Scope(name) for name in row["scopes"].split())
    return GameKey(**{**dict(row), "scopes": scopes})
