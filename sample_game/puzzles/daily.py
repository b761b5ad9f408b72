"""The puzzle of the day: the same words for everybody, from midnight to midnight in UTC.

Words and clues are drawn with a key that only this game knows, so that nobody can work out
tomorrow's. They are drawn when somebody first asks on that day, and stay as they are.
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

from sample_game.errors import PuzzleNotFound
from sample_game.puzzles.playing import WORDS
from sample_game.puzzles.streak import Streak, streak_of
from sample_game.rounds import Rounds, of_player
from sample_game.store import CluedWord, Puzzle

DAY_S: Final = 86_400
#: Who begins before midnight may play on for so long after it, in seconds.
LATE_S: Final = 3_600
#: Of the clues for a word, so many latest sets are considered.
_CLUE_SETS_LOOKED_AT: Final = 60

Drawn = TypeVar("Drawn")


@dataclass(frozen=True)
class Daily:
    """Draws the puzzle of the day, from one deck."""

    rounds: Rounds

    def today(self) -> Puzzle:
        """Return the puzzle of this day."""
        return self._of_day(self._day())

    def number_of(self, puzzle: Puzzle) -> int:
        """Return which of this game's daily puzzles it is; the first one is number 1."""
        first = self.rounds.store.puzzles.first_day()
        return 1 if first is None or puzzle.day is None else puzzle.day - first + 1

    def find(self, day: int) -> Puzzle:
        """Return the puzzle of today, or of the day that has just ended.

        Raises:
            PuzzleNotFound: it is the puzzle of another day, or nobody played on that one.
        """
        if day == self._day():
            return self.today()
        puzzle = self.rounds.store.puzzles.get(_id_of(day)) if day == self._day() - 1 else None
        if puzzle is None:
            raise PuzzleNotFound("That is not today's puzzle. Reload the page.")
        return puzzle

    def streak(self, player: str) -> Streak:
        """Return a player's days in a row."""
        return streak_of(self.rounds.store.puzzles.finished_days(player), self._day())

    def _day(self) -> int:
        return int(self.rounds.clock.now()) // DAY_S

    def _of_day(self, day: int) -> Puzzle:
        store = self.rounds.store
        kept = store.puzzles.get(_id_of(day))
        if kept is not None:
            return kept
        with store.transaction():
            ends_at = (day + 1) * DAY_S
            drawn = Puzzle(
                id=_id_of(day),
                deck=self.rounds.deck.name,
                words=self._draw(day),
                closes_at=ends_at,
                ends_at=ends_at + LATE_S,
                day=day,
            )
            store.puzzles.add(drawn, int(self.rounds.clock.now()))
            return store.puzzles.get(drawn.id) or drawn

    def _draw(self, day: int) -> tuple[CluedWord, ...]:
        """Draw words so that none comes back before the deck is through, each with its clues."""
        labels = range(len(self.rounds.deck.words))
        lap, place = divmod(day, max(1, len(labels) // WORDS))
        in_order = self._shuffled(f"lap {lap}", labels)
        chosen = in_order[place * WORDS : (place + 1) * WORDS]
        authors: set[str] = set()
        return tuple([self._clued(day, label, authors) for label in chosen])

    def _clued(self, day: int, label: int, authors: set[str]) -> CluedWord:
        """Clues that somebody has understood, of one author once a day, or else the house's."""
        understood = self.rounds.store.clue_sets.understood(
            self.rounds.deck.name, label, _CLUE_SETS_LOOKED_AT
        )
        for clue_set in self._shuffled(f"clues {day} {label}", understood):
            if clue_set.player not in authors:
                authors.add(clue_set.player)
                return of_player(clue_set)
        return self.rounds.of_house(label)

    def _shuffled(self, purpose: str, things: Iterable[Drawn]) -> list[Drawn]:
        """Put things in an order that only the game's key knows."""
        key = self.rounds.tokens.key

        def place(numbered: tuple[int, Drawn]) -> bytes:
            text = f"daily {purpose} {numbered[0]}"
            return hmac.new(key, text.encode(), hashlib.sha256).digest()

        return [thing for _, thing in sorted(enumerate(things), key=place)]


def _id_of(day: int) -> str:
    return f"daily-{day}"
