"""Duels: one player starts a puzzle and passes its code on; whoever has the code plays it, too."""

from dataclasses import dataclass
from typing import Final

from sample_game.errors import PuzzleNotFound
from sample_game.puzzles.code_words import new_code, read_code
from sample_game.puzzles.playing import WORDS, PuzzlePlay, Result
from sample_game.rounds import Rounds, checked_player, of_player
from sample_game.store import CluedWord, Puzzle

#: How long a duel can be played, in seconds: 14 days.
DUEL_LIFE_S: Final = 1_209_600
#: Rows of the table of a duel that are shown at most.
MOST_SHOWN: Final = 50
#: Of the clues for a word, so many latest sets are considered.
_CLUE_SETS_LOOKED_AT: Final = 60


@dataclass(frozen=True)
class Duels:
    """Starts duels of one deck, and compares."""

    rounds: Rounds
    playing: PuzzlePlay

    def start(self, player: str) -> str:
        """Fix words and clues for a new duel; returns its code."""
        player = checked_player(player)
        now = int(self.rounds.clock.now())
        store = self.rounds.store
        with store.transaction():
            store.puzzles.forget_unplayed(now)
            code = self._free_code()
            ends_at = now + DUEL_LIFE_S
            drawn, deck = self._draw(player), self.rounds.deck.name
            store.puzzles.add(Puzzle(_id_of(code), deck, drawn, ends_at, ends_at), now)
        return code

    def find(self, code: str) -> Puzzle:
        """Return the duel of a code.

        Raises:
            PuzzleNotFound: there is none, or nobody had played it when it ended.
        """
        puzzle = self.rounds.store.puzzles.get(_id_of(read_code(code)))
        if puzzle is None:
            raise PuzzleNotFound("There is no duel with this code. Look at it again, or start one.")
        return puzzle

    def table(self, puzzle: Puzzle, own: Result) -> list[Result]:
        """Return the best results, the best one first, for one who has nothing left to play.

        The player's own one is always among them; nobody else learns anything before.
        """
        if not own.is_complete:
            return []
        shown = self.playing.best_results(puzzle, MOST_SHOWN)
        return shown if own.player in {result.player for result in shown} else [*shown[:-1], own]

    def _free_code(self) -> str:
        while True:
            code = new_code(self.rounds.chance)
            if self.rounds.store.puzzles.get(_id_of(code)) is None:
                return code

    def _draw(self, player: str) -> tuple[CluedWord, ...]:
        """Draw words that the player has not met lately."""
        rounds = self.rounds
        recent = rounds.recent_labels(player, "guess")
        everything = range(len(rounds.deck.words))
        fresh = [label for label in everything if label not in recent]
        labels = fresh if len(fresh) >= WORDS else list(everything)
        drawn = rounds.chance.sample(labels, min(WORDS, len(labels)))
        return tuple(self._clued(player, label) for label in drawn)

    def _clued(self, player: str, label: int) -> CluedWord:
        """Another player's clues that somebody has understood, or else the house's."""
        rounds = self.rounds
        understood = rounds.store.clue_sets.understood(
            rounds.deck.name, label, _CLUE_SETS_LOOKED_AT
        )
        others = [clue_set for clue_set in understood if clue_set.player != player]
        if others:
            return of_player(rounds.chance.choice(others))
        return rounds.of_house(label)


def _id_of(code: str) -> str:
    return f"duel-{code}"
