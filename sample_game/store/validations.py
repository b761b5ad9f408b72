"""Who has found the word from whose clues."""

from sample_game.store.connection import Room


class ValidationRoom(Room):
    """Remembers that a player understood a set of clues."""

    def add(self, clue_set_id: int, player: str, now: int) -> None:
        """Write it down; once is enough."""
        self._connection.execute(
            "INSERT OR IGNORE INTO validations (clue_set_id, player, validated_at)"
            " VALUES (?, ?, ?)",
            [clue_set_id, player, now],
        )

    def has_understood(self, player: str, clue_set_id: int) -> bool:
        """Return whether a player has found the word from these clues."""
        row = self._connection.execute(
            "SELECT 1 FROM validations WHERE player = ? AND clue_set_id = ?",
            [player, clue_set_id],
        ).fetchone()
        return row is not None
