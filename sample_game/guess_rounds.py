"""Guess rounds: clues appear one by one, and each asks for one guess."""

import sqlite3
from dataclasses import dataclass
from typing import Final, Literal

from relayer.models.errors import WordError
from relayer.models.features import normalise_word
from sample_game.rounds import Rounds
from sample_game.scoring import CLUES_UNDERSTOOD, points_for_right_guess
from sample_game.stems import are_forms_of_one_word
from sample_game.store import Round, award, round_from_row

Outcome = Literal["right", "wrong", "passed", "unknown", "over"]

_LONGEST_GUESS: Final = 40


@dataclass(frozen=True)
class GuessResult:
    """What a guess led to, and everything that the player may see now.

    `outcome` is `right` or `over` (not found) at the end of a round; `wrong` and `passed` reveal
    the next clue; `unknown` is a word that is not in the deck and costs nothing.
    """

    outcome: Outcome
    clues: tuple[str, ...]
    clue_count: int
    answer: str | None
    points: int
    confirms_a_player: bool


@dataclass(frozen=True)
class GuessRounds:
    """Judges guesses. A right one confirms the clues of the player who gave them."""

    rounds: Rounds

    def guess(self, token: str, text: str) -> GuessResult:
        """Judge a guess; an empty one asks for the next clue.

        Raises:
            RoundNotFound, RoundTampered, RoundOver: see `Rounds`.
        """
        found = self.rounds.find(token, "guess")
        self.rounds.require_open(found)
        word = self._known_word(text)
        if text.strip() and word is None:
            return self._result(found, "unknown")
        return self._play(found.id, word)

    def give_up(self, token: str) -> GuessResult:
        """End a round and tell the word.

        Raises:
            RoundNotFound, RoundTampered, RoundOver: see `Rounds`.
        """
        found = self.rounds.find(token, "guess")
        self.rounds.require_open(found)
        with self.rounds.store.transaction() as connection:
            connection.execute("UPDATE rounds SET is_over = 1 WHERE id = ?", [found.id])
        return self._result(found, "over")

    def _play(self, round_id: str, word: str | None) -> GuessResult:
        now = int(self.rounds.clock.now())
        with self.rounds.store.transaction() as connection:
            row = connection.execute("SELECT * FROM rounds WHERE id = ?", [round_id]).fetchone()
            found = round_from_row(row)
            self.rounds.require_open(found)
            is_right = word == self.rounds.word(found)
            connection.execute(
                "INSERT INTO guesses VALUES (?, ?, ?, ?, ?)",
                [found.id, found.clues_seen, word or "", is_right, now],
            )
            if is_right:
                return self._win(connection, found, now)
            return self._go_on(connection, found, "wrong" if word else "passed")

    def _win(self, connection: sqlite3.Connection, found: Round, now: int) -> GuessResult:
        points = points_for_right_guess(len(self.rounds.clues(found)), found.clues_seen)
        connection.execute("UPDATE rounds SET is_over = 1 WHERE id = ?", [found.id])
        award(connection, found.player, "right-guess", found.id, points, now)
        clue_set = found.clue_set_id and self.rounds.store.clue_set(found.clue_set_id)
        if clue_set:
            connection.execute(
                "INSERT OR IGNORE INTO validations VALUES (?, ?, ?)",
                [clue_set.id, found.player, now],
            )
            award(connection, clue_set.player, "clues-understood", found.id, CLUES_UNDERSTOOD, now)
        return self._result(found, "right", points)

    def _go_on(self, connection: sqlite3.Connection, found: Round, outcome: Outcome) -> GuessResult:
        if found.clues_seen == len(self.rounds.clues(found)):
            connection.execute("UPDATE rounds SET is_over = 1 WHERE id = ?", [found.id])
            return self._result(found, "over")
        connection.execute("UPDATE rounds SET clues_seen = clues_seen + 1 WHERE id = ?", [found.id])
        return self._result(found, outcome, clues_seen=found.clues_seen + 1)

    def _result(
        self, found: Round, outcome: Outcome, points: int = 0, clues_seen: int | None = None
    ) -> GuessResult:
        clues = self.rounds.clues(found)
        is_over = outcome in ("right", "over")
        return GuessResult(
            outcome=outcome,
            clues=clues if is_over else clues[: clues_seen or found.clues_seen],
            clue_count=len(clues),
            answer=self.rounds.word(found) if is_over else None,
            points=points,
            confirms_a_player=outcome == "right" and found.clue_set_id is not None,
        )

    def _known_word(self, text: str) -> str | None:
        try:
            guess = normalise_word(text[:_LONGEST_GUESS])
        except WordError:
            return None
        if guess in self.rounds.deck.labels:
            return guess
        forms = (word for word in self.rounds.deck.words if are_forms_of_one_word(guess, word))
        return next(forms, None)
