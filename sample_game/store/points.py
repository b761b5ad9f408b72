"""Points of the game: what was earned, for what, and when."""

from sample_game.store.connection import Room


class PointRoom(Room):
    """Writes points down. Whom they count for is known to `delegations`."""

    def award(self, player: str, reason: str, round_id: str, points: int, now: int) -> None:
        """Write points down. The same reason and round never count twice for a player."""
        self._connection.execute(
            "INSERT OR IGNORE INTO points (player, reason, round_id, points, earned_at)"
            " VALUES (?, ?, ?, ?, ?)",
            [player, reason, round_id, points, now],
        )
