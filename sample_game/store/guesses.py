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
