"""Rounds: issued with a token, played once, over at the latest when they expire."""

import random
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from relayer.clock import Clock, SystemClock
from sample_game.decks import Deck
from sample_game.errors import MalformedRequest, RoundNotFound, RoundOver, RoundTampered
from sample_game.fair_play.pace import day_of
from sample_game.store import CluedWord, ClueSet, GameStore, Round, RoundKind
from sample_game.tokens import RoundTokens

#: A word does not come back to a player within this many rounds of one kind.
NO_REPEAT_WITHIN: Final = 12
#: How many of the latest clues of other players are considered for a guess round.
_FRESH_CLUE_SETS: Final = 60
#: Tells which words are refused as clues for a label.
Taboo = Callable[[int], tuple[str, ...]]
_ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{40}")


@dataclass(frozen=True)
class IssuedRound:
    """A round and the token that proves where it comes from."""

    round: Round
    token: str


@dataclass(frozen=True)
class Rounds:
    """Issues rounds of one deck and finds them again by their token."""

    deck: Deck
    store: GameStore
    tokens: RoundTokens
    life_s: int
    clock: Clock = field(default_factory=SystemClock)
    chance: random.Random = field(default_factory=random.SystemRandom)
    #: How long it is known who has seen which clues; older ones are not dealt.
    keep_s: int = 90 * 86_400

    def start_clue_round(self, player: str, taboo_for: Taboo) -> IssuedRound:
        """Deal a secret word that the player shall give clues for.

        Args:
            player: who plays.
            taboo_for: tells which words are refused as clues for a label.
        """
        player = checked_player(player)
        dealt = self._new("clue", player, self._fresh_label(player, "clue"))
        return self.issue(replace(dealt, taboo=taboo_for(dealt.label)))

    def start_guess_round(self, player: str) -> IssuedRound:
        """Deal clues of another player, or the house's own, that the player shall guess from."""
        player = checked_player(player)
        recent = self.recent_labels(player, "guess")
        now = int(self.clock.now())
        fresh = [
            clue_set
            for clue_set in self.store.clue_sets.new_to(
                self.deck.name, player, _FRESH_CLUE_SETS, now, now - self.keep_s
            )
            if clue_set.label not in recent
        ]
        if fresh:
            return self.issue(self.new_guess(player, of_player(self.chance.choice(fresh))))
        return self.issue(self.new_guess(player, self.of_house(self._fresh_label(player, "guess"))))

    def new_guess(self, player: str, dealt: CluedWord) -> Round:
        """Return a guess round that is not issued yet: its first clue is seen."""
        blank = self._new("guess", player, dealt.label)
        return replace(blank, clues=dealt.clues, clue_set_id=dealt.clue_set_id, clues_seen=1)

    def of_house(self, label: int) -> CluedWord:
        """Return a word with the house's own clues."""
        return CluedWord(label, self.deck.seed_clues[self.deck.words[label]])

    def issue(self, new: Round) -> IssuedRound:
        """Remember a new round and sign its token."""
        now = self.clock.now()
        with self.store.transaction():
            self.store.rounds.add(new, int(now))
            self.store.paces.dealt(new.id, new.player, day_of(now), now)
        return self.issued(new)

    def issued(self, found: Round) -> IssuedRound:
        """Return a round with its token, as it was issued."""
        return IssuedRound(found, self.tokens.issue(found.id, found.expires_at))

    def find(self, token: str, kind: RoundKind) -> Round:
        """Return the round of a token, whether it is over or not.

        Raises:
            RoundNotFound: the token was made up, or the round is forgotten.
            RoundTampered: it is a round of the other kind, or of another deck.
        """
        round_id, _ = self.tokens.read(token)
        found = self.get(round_id)
        if found.kind != kind or found.deck != self.deck.name:
            raise RoundTampered(f"This is not a {kind} round. Start a new one.")
        return found

    def get(self, round_id: str) -> Round:
        """Return a round that was found before.

        Raises:
            RoundNotFound: it is forgotten.
        """
        found = self.store.rounds.get(round_id)
        if found is None:
            raise RoundNotFound("This round is forgotten. Start a new one.")
        return found

    def require_open(self, found: Round) -> None:
        """Refuse a round that was played or has run out.

        Raises:
            RoundOver: it was, or it has.
        """
        if found.is_over:
            raise RoundOver("This round was already played. Start a new one.")
        if found.expires_at <= self.clock.now():
            raise RoundOver("This round has run out of time. Start a new one.")

    def word(self, found: Round) -> str:
        """Return the secret word of a round."""
        return self.deck.words[found.label]

    def recent_labels(self, player: str, kind: RoundKind) -> set[int]:
        """Return the labels that shall not come back to a player yet."""
        name = self.deck.name
        return set(self.store.rounds.recent_labels(name, player, kind, NO_REPEAT_WITHIN))

    def _fresh_label(self, player: str, kind: RoundKind) -> int:
        seen = self.recent_labels(player, kind)
        labels = [label for label in range(len(self.deck.words)) if label not in seen]
        return self.chance.choice(labels or list(range(len(self.deck.words))))

    def _new(self, kind: RoundKind, player: str, label: int) -> Round:
        return Round(
            id=secrets.token_urlsafe(12),
            kind=kind,
            deck=self.deck.name,
            label=label,
            player=player,
            clue_set_id=None,
            clues_seen=0,
            signed_request=None,
            is_over=False,
            expires_at=int(self.clock.now()) + self.life_s,
        )


def of_player(clue_set: ClueSet) -> CluedWord:
    """Return a word with the clues that a player gave for it."""
    return CluedWord(clue_set.label, clue_set.clues, clue_set.id)


def checked_player(player: str) -> str:
    """Return a player's address in lower case.

    Raises:
        MalformedRequest: it is no address.
    """
    if not _ADDRESS.fullmatch(player):
        raise MalformedRequest("The player is not an address of 20 bytes. Reload the page.")
    return player.lower()
