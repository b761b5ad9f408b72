"""Plays puzzles: every word is a guess round like any other, dealt one after the other, once."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

from sample_game.errors import PuzzleOver
from sample_game.puzzles.proofs import require_proof
from sample_game.rounds import IssuedRound, Rounds, checked_player
from sample_game.store import PlayedWord, Puzzle

#: Words of a puzzle.
WORDS: Final = 5

WordState = Literal["found", "missed", "playing", "waiting"]


@dataclass(frozen=True)
class WordResult:
    """What a player made of one word. `word` is told once it cannot be guessed any more."""

    state: WordState
    clues_needed: int | None = None
    points: int = 0
    word: str | None = None


@dataclass(frozen=True)
class Result:
    """What a player made of a puzzle."""

    player: str
    words: tuple[WordResult, ...]
    is_complete: bool

    @property
    def found(self) -> int:
        """How many words were found."""
        return sum(word.state == "found" for word in self.words)

    @property
    def points(self) -> int:
        """What they brought."""
        return sum(word.points for word in self.words)


@dataclass(frozen=True)
class Progress:
    """Where a player stands: the round to play now, what was tried in it, and the result so far.

    `issued` is None when nothing is left to play.
    """

    result: Result
    issued: IssuedRound | None = None
    position: int | None = None
    tries: tuple[str, ...] = ()


@dataclass(frozen=True)
class PuzzlePlay:
    """Deals the words of a deck's puzzles and tells results."""

    rounds: Rounds

    def go_on(self, puzzle: Puzzle, player: str, signature: str) -> Progress:
        """Return the round under way, or deal the next one.

        Args:
            puzzle: what is played; of this table's deck.
            player: an address.
            signature: the player's, see `proofs`.

        Raises:
            NotYourKey: it is not.
            PuzzleOver: the player has not begun, and it is too late to.
        """
        player = checked_player(player)
        require_proof(player, puzzle.id, signature)
        store = self.rounds.store
        with store.transaction():
            played = store.puzzles.played(puzzle.id, player)
            if not played and self._now() >= puzzle.closes_at:
                raise PuzzleOver("It is too late to begin this puzzle. Play another one.")
            result = self._result(puzzle, player, played)
            if result.is_complete:
                return Progress(result)
            under_way = next((each for each in played if not each.is_over), None)
            if under_way is None:
                return self._deal(puzzle, player, len(played))
        issued = self.rounds.issued(self.rounds.get(under_way.round_id))
        tries = tuple(store.guesses.of_round(under_way.round_id))
        return Progress(result, issued, under_way.position, tries)

    def result(self, puzzle: Puzzle, player: str) -> Result:
        """Return what a player made of a puzzle so far."""
        played = self.rounds.store.puzzles.played(puzzle.id, player)
        return self._result(puzzle, player, played)

    def best_results(self, puzzle: Puzzle, limit: int) -> list[Result]:
        """Return what players made of a puzzle so far, most points first.

        Args:
            puzzle: what was played.
            limit: how many results, however many have played.
        """
        players = self.rounds.store.puzzles.best_players(puzzle.id, limit)
        return [self.result(puzzle, player) for player in players]

    def has_ended(self, puzzle: Puzzle) -> bool:
        """Return whether nobody can play a puzzle any more."""
        return self._now() >= puzzle.ends_at

    def _deal(self, puzzle: Puzzle, player: str, position: int) -> Progress:
        self.rounds.store.puzzles.mark_played(puzzle.id)
        new = self.rounds.new_guess(player, puzzle.words[position])
        issued = self.rounds.issue(
            replace(new, puzzle_id=puzzle.id, position=position, expires_at=puzzle.ends_at)
        )
        return Progress(self.result(puzzle, player), issued, position)

    def _result(self, puzzle: Puzzle, player: str, played: Iterable[PlayedWord]) -> Result:
        by_position = {each.position: each for each in played}
        words = tuple(
            self._word(puzzle, position, by_position.get(position))
            for position in range(len(puzzle.words))
        )
        is_complete = all(word.state in ("found", "missed") for word in words)
        return Result(player, words, is_complete or self.has_ended(puzzle))

    def _word(self, puzzle: Puzzle, position: int, played: PlayedWord | None) -> WordResult:
        if played is None:
            return WordResult("waiting")
        if not played.is_over and not self.has_ended(puzzle):
            return WordResult("playing")
        word = self.rounds.deck.words[puzzle.words[position].label]
        state: WordState = "missed" if played.found_with is None else "found"
        return WordResult(state, played.found_with, played.points, word)

    def _now(self) -> float:
        return self.rounds.clock.now()
