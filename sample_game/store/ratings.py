"""Whether players found the machine's guesses good."""

from dataclasses import dataclass

from sample_game.store.connection import Room


@dataclass(frozen=True)
class Ratings:
    """How many rounds players have rated, and in how many of them the machine's guess was good."""

    good: int
    count: int


class RatingRoom(Room):
    """Keeps one answer for each round, as long as the round is kept."""

    def put(self, round_id: str, deck: str, *, is_good: bool, now: int) -> None:
        """Write an answer down, in place of an earlier one."""
        self._connection.execute(
            "INSERT INTO ratings (round_id, deck, is_good, rated_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (round_id) DO UPDATE SET is_good = excluded.is_good",
            [round_id, deck, is_good, now],
        )

    def of_deck(self, deck: str) -> Ratings:
        """Return what the answers for a deck add up to."""
        row = self._connection.execute(
            "SELECT COUNT(*) AS count, COALESCE(SUM(is_good), 0) AS good FROM ratings"
            " WHERE deck = ?",
            [deck],
        ).fetchone()
        return Ratings(good=row["good"], count=row["count"])
