"""How fast and how much players play, counted by day."""

from dataclasses import dataclass
from typing import Final

from sample_game.store.connection import Room

#: The start of a round is remembered so long, in seconds.
_STARTS_LAST_S: Final = 86_400


@dataclass(frozen=True)
class PaceRow:
    """What a player did within some days."""

    player: str
    dealt: int
    answered: int
    fast: int
    held_back: int
    most_answered: int  #: on one of the days


class PaceRoom(Room):
    """Counts."""

    def dealt(self, round_id: str, player: str, day: int, now: float) -> None:
        """Count a round that was dealt, and remember when."""
        with self._connections.transaction() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO round_starts (round_id, dealt_at) VALUES (?, ?)",
                [round_id, now],
            )
            self._count(player, day, "dealt", 1)

    def dealt_at(self, round_id: str) -> float | None:
        """Return when a round was dealt; None: it was long ago."""
        row = self._connection.execute(
            "SELECT dealt_at FROM round_starts WHERE round_id = ?", [round_id]
        ).fetchone()
        return float(row["dealt_at"]) if row else None

    def answered(self, player: str, day: int, is_fast: bool) -> None:
        """Count a round that brought something."""
        with self._connections.transaction():
            self._count(player, day, "answered", 1)
            self._count(player, day, "fast", int(is_fast))

    def held_back(self, player: str, day: int) -> None:
        """Count a minute in which the limits held a player back."""
        self._count(player, day, "held_back", 1)

    def since(self, day: int) -> list[PaceRow]:
        """Return what each player did since a day, by player."""
        rows = self._connection.execute(
            "SELECT player, SUM(dealt) AS dealt, SUM(answered) AS answered, SUM(fast) AS fast,"
            " SUM(held_back) AS held_back, MAX(answered) AS most_answered FROM paces"
            " WHERE day >= ? GROUP BY player ORDER BY player",
            [day],
        )
        return [PaceRow(**row) for row in rows]

    def forget(self, before_day: int, now: float) -> None:
        """Forget what was long ago."""
        with self._connections.transaction() as connection:
            connection.execute("DELETE FROM paces WHERE day < ?", [before_day])
            connection.execute(
                "DELETE FROM round_starts WHERE dealt_at < ?", [now - _STARTS_LAST_S]
            )

    def _count(self, player: str, day: int, column: str, by: int) -> None:
        self._connection.execute(
            f"INSERT INTO paces (player, day, {column}) VALUES (?, ?, ?)"  # noqa: S608
            f" ON CONFLICT (player, day) DO UPDATE SET {column} = {column} + excluded.{column}",
            [player, day, by],
        )
