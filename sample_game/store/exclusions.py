"""Players whose points do not count in any ranking.

Rankings read the view `counts_for_ranking`: the points of everybody else.
"""

from dataclasses import dataclass
from typing import Literal

from sample_game.store.connection import Room

#: The house bans; the game's operator suspends.
DecidedBy = Literal["house", "game"]


@dataclass(frozen=True)
class Exclusion:
    """Who does not count, by whose decision, why, and until when (unix s; None: for good)."""

    player: str
    decided_by: DecidedBy
    reason: str
    since_at: float
    until_at: float | None


class ExclusionRoom(Room):
    """Keeps exclusions; one of each kind for a player."""

    def put(self, exclusion: Exclusion) -> None:
        """Exclude a player, in place of an earlier decision of the same kind; `since_at` stays."""
        self._connection.execute(
            "INSERT INTO exclusions (player, decided_by, reason, since_at, until_at)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT (player, decided_by) DO UPDATE SET"
            " reason = excluded.reason, until_at = excluded.until_at",
            [
                *(exclusion.player, exclusion.decided_by, exclusion.reason),
                *(exclusion.since_at, exclusion.until_at),
            ],
        )

    def lift(self, player: str, decided_by: DecidedBy) -> bool:
        """Let a player count again; False: nothing of this kind was decided."""
        cursor = self._connection.execute(
            "DELETE FROM exclusions WHERE player = ? AND decided_by = ?", [player, decided_by]
        )
        return cursor.rowcount == 1

    def of(self, player: str, now: float) -> Exclusion | None:
        """Return why a player does not count now, the house's ban first; None: it counts."""
        row = self._connection.execute(
            "SELECT * FROM exclusions WHERE player = ? AND (until_at IS NULL OR until_at > ?)"
            " ORDER BY decided_by DESC LIMIT 1",
            [player, now],
        ).fetchone()
        return Exclusion(**row) if row else None

    def all(self, decided_by: DecidedBy) -> list[Exclusion]:
        """Return all exclusions of a kind, the oldest first."""
        rows = self._connection.execute(
            "SELECT * FROM exclusions WHERE decided_by = ? ORDER BY since_at, player", [decided_by]
        )
        return [Exclusion(**row) for row in rows]

    def expire(self, now: float) -> None:
        """Let everybody count again whose time has come."""
        self._connection.execute("DELETE FROM exclusions WHERE until_at <= ?", [now])
