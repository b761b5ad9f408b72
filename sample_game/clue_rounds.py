"""Clue rounds: moderate, compare with what was signed, hand on to the house, remember."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from relayer.client import SignedRequest
from relayer.models.features import encode_words
from sample_game.errors import HouseError, Refusal, RoundOver
from sample_game.fair_play.bans import Bans
from sample_game.fair_play.pace import FASTEST_CLUE_S, note_answer
from sample_game.house import House, News
from sample_game.moderation import checked_clues, refusal_of
from sample_game.rounds import IssuedRound, Rounds
from sample_game.scoring import CLUES_ACCEPTED
from sample_game.store import Round
from sample_game.taboo import taboo_words

#: Of the clues for a word, the words of so many latest sets may become taboo.
CLUE_SETS_LOOKED_AT: Final = 200


@dataclass(frozen=True)
class ClueResult:
    """How the contribution stands, and what it brought."""

    contribution: News
    points: int


@dataclass(frozen=True)
class ClueRounds:
    """Takes clues. Sending the same signed clues again is harmless at every step."""

    rounds: Rounds
    house: House
    bans: Bans

    def start(self, player: str) -> IssuedRound:
        """Deal a secret word, with the words that are taboo as clues for it."""
        return self.rounds.start_clue_round(player, self._taboo)

    def check(self, token: str, clue: str, others: Sequence[str]) -> Refusal | None:
        """Tell why a clue would be refused in a round, or None.

        Raises:
            RoundNotFound, RoundTampered: see `Rounds`.
        """
        found = self.rounds.find(token, "clue")
        return refusal_of(clue, self.rounds.word(found), others, found.taboo)

    def submit(self, token: str, texts: Sequence[str], signed: SignedRequest) -> ClueResult:
        """Check the signed clues against the round and hand them to the house.

        Raises:
            RoundNotFound, RoundTampered, RoundOver: see `Rounds`.
            ClueRefused: moderation refuses at least one clue.
            ContributionMismatch: the player signed something else than this round's clues.
            HouseError: the house refuses, or cannot be reached; then the page sends it again.
        """
        found = self.rounds.find(token, "clue")
        clues = checked_clues(texts, self.rounds.word(found), found.taboo)
        self.house.check(signed.message, found.player, found.label, encode_words(clues))
        self._bind(found, _fingerprint(signed))
        try:
            contribution = self.house.submit(signed, self.house.ticket(found.id, found.player))
        except HouseError as error:
            if not error.may_retry:
                self.rounds.store.rounds.release(found.id)
            self.bans.note_refusal(error, found.player)
            raise
        self._accept(found, clues, contribution)
        return ClueResult(contribution, CLUES_ACCEPTED)

    def _taboo(self, label: int) -> tuple[str, ...]:
        """What the machine knows too well; nothing before it was handed out."""
        model = self.house.naive_bayes()
        if model is None:
            return ()
        rounds = self.rounds
        given = rounds.store.clue_sets.words_for(rounds.deck.name, label, CLUE_SETS_LOOKED_AT)
        return taboo_words(model, label, given | set(rounds.of_house(label).clues))

    def _bind(self, found: Round, fingerprint: str) -> None:
        """Tie a round to one signed request before it leaves, so that a round counts once."""
        if found.signed_request == fingerprint:
            return
        self.rounds.require_open(found)
        if not self.rounds.store.rounds.bind(found.id, fingerprint):
            raise RoundOver("Other clues were already sent for this round. Start a new one.")

    def _accept(self, found: Round, clues: list[str], contribution: News) -> None:
        now = self.rounds.clock.now()
        store = self.rounds.store
        with store.transaction():
            store.rounds.finish(found.id)
            store.contributions.note(contribution, accepted_at=contribution.told_at)
            store.clue_sets.add(found, clues, contribution.id, int(now))
            accepted = ("clues-accepted", found.id, CLUES_ACCEPTED)
            store.points.award(found.player, *accepted, int(now))
            if not found.is_over:
                note_answer(store, found, FASTEST_CLUE_S * len(clues), now)


def _fingerprint(signed: SignedRequest) -> str:
    """What changes with every part of a request."""
    text = json.dumps({"id": signed.id, **signed.as_json()}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
