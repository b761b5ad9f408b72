"""How much the machine of each deck had learnt, and when."""

from dataclasses import dataclass

from sample_game.store.connection import Room


@dataclass(frozen=True)
class Mark:
    """What a machine came to in its exam, as shares of the questions."""

    contributions: int
    #: The word was the machine's first guess.
    top1: float
    #: It was among its five best.
    top5: float
    #: Unix seconds.
    marked_at: int


class MarkRoom(Room):
    """Keeps the marks of all decks."""

    def add(self, deck: str, mark: Mark) -> None:
        """Write a mark down; the first one after so many contributions stays."""
        self._connection.execute(
            "INSERT OR IGNORE INTO marks (deck, contributions, top1, top5, marked_at)"
            " VALUES (?, ?, ?, ?, ?)",
            [deck, mark.contributions, mark.top1, mark.top5, mark.marked_at],
        )

    def of_deck(self, deck: str) -> list[Mark]:
        """Return the marks of a deck's machine, the earliest first."""
        rows = self._connection.execute(
            "SELECT contributions, top1, top5, marked_at FROM marks WHERE deck = ?"
            " ORDER BY contributions",
            [deck],
        )
        return [Mark(**dict(row)) for row in rows]

    def latest(self, deck: str) -> Mark | None:
        """Return the mark after the most contributions, or None."""
        row = self._connection.execute(
            "SELECT contributions, top1, top5, marked_at FROM marks WHERE deck = ?"
            " ORDER BY contributions DESC LIMIT 1",
            [deck],
        ).fetchone()
        return Mark(**dict(row)) if row else None
