"""Delegations: which session key plays for which wallet, until when, and whose points are whose."""

import sqlite3
from dataclasses import dataclass

from sample_game.store.connection import Room


@dataclass(frozen=True)
class StoredDelegation:
    """A delegation as it stands; addresses in lower case, times in unix seconds."""

    id: str
    wallet: str
    session_key: str
    contribution_limit: int
    contributions: int  #: accepted since; the limit counts these
    accepted_at: int
    expires_at: int
    revoked_at: int | None
    ends_at: int  #: last second that counts for the wallet

    def why_over(self, now: float) -> str | None:
        """Return why it is over: `revoked`, `expired` or `used-up`; None while it lives."""
        if self.revoked_at is not None:
            return "revoked"
        if self.expires_at <= now:
            return "expired"
        return "used-up" if self.contributions >= self.contribution_limit else None


class DelegationRoom(Room):
    """Keeps delegations for good: one that was taken back never comes again."""

    def add(self, new: StoredDelegation) -> None:
        """Keep a delegation; an earlier one of the same key ends with it."""
        with self._connections.transaction() as connection:
            connection.execute(
                "UPDATE delegations SET revoked_at = :now, ends_at = :now"
                " WHERE session_key = :session_key AND ends_at > :now",
                {"now": new.accepted_at, "session_key": new.session_key},
            )
            connection.execute(
                "INSERT INTO delegations (id, wallet, session_key, contribution_limit,"
                " accepted_at, expires_at, ends_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    *(new.id, new.wallet, new.session_key, new.contribution_limit),
                    *(new.accepted_at, new.expires_at, new.ends_at),
                ],
            )

    def get(self, delegation_id: str) -> StoredDelegation | None:
        """Return a delegation by its digest, or None."""
        row = self._connection.execute(
            "SELECT * FROM delegations WHERE id = ?", [delegation_id]
        ).fetchone()
        return _stored(row) if row else None

    def living(self, session_key: str, now: int) -> StoredDelegation | None:
        """Return the delegation by which a key plays for a wallet now, or None."""
        row = self._connection.execute(
            "SELECT * FROM delegations WHERE session_key = ? AND ends_at > ? LIMIT 1",
            [session_key, now],
        ).fetchone()
        return _stored(row) if row else None

    def latest(self, session_key: str) -> StoredDelegation | None:
        """Return the last delegation of a key, whether it lives or not; None: it never had one."""
        row = self._connection.execute(
            "SELECT * FROM delegations WHERE session_key = ?"
            " ORDER BY accepted_at DESC, rowid DESC LIMIT 1",
            [session_key],
        ).fetchone()
        return _stored(row) if row else None

    def living_of(self, wallet: str, now: int) -> list[StoredDelegation]:
        """Return what plays for a wallet now, newest first."""
        rows = self._connection.execute(
            "SELECT * FROM delegations WHERE wallet = ? AND ends_at > ?"
            " ORDER BY accepted_at DESC, id",
            [wallet, now],
        )
        return [_stored(row) for row in rows]

    def revoke(self, delegation_id: str, now: int) -> None:
        """End a delegation for good; ending it again changes nothing."""
        self._connection.execute(
            "UPDATE delegations SET revoked_at = COALESCE(revoked_at, :now),"
            " ends_at = MIN(ends_at, :now) WHERE id = :id",
            {"now": now, "id": delegation_id},
        )

    def owner(self, player: str, now: int) -> str:
        """Return whom a player plays for now: a wallet, or the player itself."""
        living = self.living(player, now)
        return living.wallet if living else player

    def keys_of(self, owner: str, now: int) -> list[str]:
        """Return the keys that play for an owner now, the owner itself included."""
        return [owner, *(living.session_key for living in self.living_of(owner, now))]

    def score(self, owner: str) -> int:
        """Return the sum of the points that count for a wallet, or for a player without one."""
        if not self._has_delegations(owner):  # most players: nobody else's points to look at
            row = self._connection.execute(
                "SELECT COALESCE(SUM(points), 0) AS score FROM points WHERE player = ?", [owner]
            ).fetchone()
            return int(row["score"])
        row = self._connection.execute(
            "SELECT COALESCE(SUM(points), 0) AS score FROM points_by_owner"
            " WHERE owner = :owner AND (player = :owner OR player IN"
            " (SELECT session_key FROM delegations WHERE wallet = :owner))",
            {"owner": owner},
        ).fetchone()
        return int(row["score"])

    def _has_delegations(self, player: str) -> bool:
        row = self._connection.execute(
            "SELECT 1 FROM delegations WHERE wallet = :player OR session_key = :player LIMIT 1",
            {"player": player},
        ).fetchone()
        return row is not None


def _stored(row: sqlite3.Row) -> StoredDelegation:
    return StoredDelegation(**dict(row))
