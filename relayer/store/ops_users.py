"""People who may open the ops dashboard, and what they may do there."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from enum import StrEnum

from relayer.store.connection import Connections


class Role(StrEnum):
    """What somebody may do; each role may all that those before it may."""

    VIEWER = "viewer"  #: look at everything
    OPERATOR = "operator"  #: and act
    ADMIN = "admin"  #: and move money out, and say who may what

    def covers(self, needed: Role) -> bool:
        """Whether this role may do what another may."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


@dataclass(frozen=True, slots=True)
class OpsUser:
    """One of those people."""

    name: str
    role: Role
    password_hash: str = field(repr=False)  #: see `relayer.ops.access.passwords`
    created_at: float
    password_set_at: float
    logged_in_at: float | None  #: None: never


class OpsUserRoom:
    """Reads and changes users of the dashboard."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connections.database.conn

    def add(self, name: str, role: Role, password_hash: str, now: float) -> bool:
        """Add a user; False when there is one of that name."""
        cursor = self._connection.execute(
            "INSERT INTO ops_users (name, role, password_hash, created_at, password_set_at) "
            "VALUES (?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING",
            (name, role, password_hash, now, now),
        )
        return cursor.rowcount == 1

    def get(self, name: str) -> OpsUser | None:
        """Return a user, or None."""
        row = self._connection.execute("SELECT * FROM ops_users WHERE name = ?", (name,)).fetchone()
        return None if row is None else _user(row)

    def all(self) -> list[OpsUser]:
        """Return all users by name."""
        return [_user(row) for row in self._connection.execute("SELECT * FROM ops_users")]

    def set_role(self, name: str, role: Role) -> bool:
        """Give a user another role; False when there is no such user."""
        cursor = self._connection.execute(
            "UPDATE ops_users SET role = ? WHERE name = ?", (role, name)
        )
        return cursor.rowcount == 1

    def set_password(self, name: str, password_hash: str, now: float) -> bool:
        """Give a user another password; False when there is no such user."""
        cursor = self._connection.execute(
            "UPDATE ops_users SET password_hash = ?, password_set_at = ? WHERE name = ?",
            (password_hash, now, name),
        )
        return cursor.rowcount == 1

    def note_login(self, name: str, now: float) -> None:
        """Note that somebody has logged in."""
        self._connection.execute(
            "UPDATE ops_users SET logged_in_at = ? WHERE name = ?", (now, name)
        )

    def remove(self, name: str) -> bool:
        """Remove a user with sessions and tokens; False when there is no such user."""
        cursor = self._connection.execute("DELETE FROM ops_users WHERE name = ?", (name,))
        return cursor.rowcount == 1


def _user(row: sqlite3.Row) -> OpsUser:
    return OpsUser(**{**dict(row), "role": Role(row["role"])})
