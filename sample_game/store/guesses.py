"""Guesses, one for each clue that was seen."""

from sample_game.store.connection import Room


class GuessRoom(Room):
    """Remembers what was guessed."""

    def add(self, round_id: str, clues_seen: int, guess: str, is_right: bool, now: int) -> None:
        """Write a guess down; '' when the player asked for the next clue."""
        self._connection.execute(
            "INSERT INTO guesses (round_id, clues_seen, guess, is_right, guessed_at)"
            " VALUES (?, ?, ?, ?, ?)",
            [round_id, clues_seen, guess, is_right, now],
        )

    def of_round(self, round_id: str) -> list[str]:
        """Return what was guessed in a round so far, in order; '' stands for a clue asked for."""
        rows = self._connection.execute(
            "SELECT guess FROM guesses WHERE round_id = ? ORDER BY clues_seen", [round_id]
        )
        return [row["guess"] for row in rows]
