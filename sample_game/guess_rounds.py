"""Guess rounds: clues appear one by one, and each asks for one guess."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Literal

from relayer.models.errors import WordError
from relayer.models.features import normalise_word
from sample_game.fair_play.exchange import may_exchange
from sample_game.fair_play.pace import fastest_guess_s, note_answer
from sample_game.rounds import Rounds
from sample_game.scoring import (
    CLUES_UNDERSTOOD,
    points_for_right_guess,
    reason_for_right_guess,
)
from sample_game.stems import are_forms_of_one_word
from sample_game.store import ClueSet, Round

Outcome = Literal["right", "wrong", "passed", "unknown", "repeated", "over"]

_LONGEST_GUESS: Final = 40


@dataclass(frozen=True)
class GuessResult:
    """What a guess led to, and everything that the player may see now.

    `outcome` is `right` or `over` (not found) at the end of a round; `wrong` and `passed` reveal
    the next clue; `unknown` (a word that is not in the deck) and `repeated` (it was tried in this
    round) cost nothing. `is_capped`: it was right, and the two have brought each other enough for
    today.
    """

    outcome: Outcome
    clues: tuple[str, ...]
    clue_count: int
    answer: str | None
    points: int
    confirms_a_player: bool
    is_capped: bool


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
        self.rounds.store.rounds.finish(found.id)
        return self._result(found, "over")

    def _play(self, round_id: str, word: str | None) -> GuessResult:
        now = self.rounds.clock.now()
        store = self.rounds.store
        with store.transaction():
            found = self.rounds.get(round_id)
            self.rounds.require_open(found)
            if word and word in store.guesses.of_round(found.id):
                return self._result(found, "repeated")
            is_right = word == self.rounds.word(found)
            store.guesses.add(found.id, found.clues_seen, word or "", is_right, int(now))
            if is_right:
                return self._win(found, now)
            return self._go_on(found, "wrong" if word else "passed")

    def _win(self, found: Round, now: float) -> GuessResult:
        store = self.rounds.store
        store.rounds.finish(found.id)
        note_answer(store, found, fastest_guess_s(found.clues_seen), now)
        clue_set = store.clue_sets.get(found.clue_set_id) if found.clue_set_id else None
        points = points_for_right_guess(len(found.clues), found.clues_seen)
        if clue_set and not self._may_bring(found, clue_set, points, now):
            return self._result(found, "right", is_capped=clue_set.player != found.player)
        reason, at = reason_for_right_guess(found), int(now)
        store.points.award(found.player, reason, found.id, points, at)
        if clue_set:
            store.validations.add(clue_set.id, found.player, at)
            understood = ("clues-understood", found.id, CLUES_UNDERSTOOD)
            store.points.award(clue_set.player, *understood, at)
        return self._result(found, "right", points, confirms_a_player=clue_set is not None)

    def _may_bring(self, found: Round, clue_set: ClueSet, points: int, now: float) -> bool:
        """Whether the guess proves anything; clues of an own key, or of its wallet, do not."""
        author, both, store = clue_set.player, points + CLUES_UNDERSTOOD, self.rounds.store
        owner_of = partial(store.delegations.owner, now=int(now))
        is_own = owner_of(author) == owner_of(found.player)
        return not is_own and may_exchange(store, found, author, both, now)

    def _go_on(self, found: Round, outcome: Outcome) -> GuessResult:
        if found.clues_seen == len(found.clues):
            self.rounds.store.rounds.finish(found.id)
            return self._result(found, "over")
        self.rounds.store.rounds.show_next_clue(found.id)
        return self._result(replace(found, clues_seen=found.clues_seen + 1), outcome)

    def _result(
        self,
        found: Round,
        outcome: Outcome,
        points: int = 0,
        confirms_a_player: bool = False,
        is_capped: bool = False,
    ) -> GuessResult:
        is_over = outcome in ("right", "over")
        return GuessResult(
            outcome=outcome,
            clues=found.clues if is_over else found.clues[: found.clues_seen],
            clue_count=len(found.clues),
            answer=self.rounds.word(found) if is_over else None,
            points=points,
            confirms_a_player=confirms_a_player,
            is_capped=is_capped,
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
