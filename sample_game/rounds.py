"""Rounds: issued with a token, played once, over at the latest when they expire."""

import random
import re
import secrets
from dataclasses import dataclass, field
from typing import Final

from relayer.clock import Clock, SystemClock
from sample_game.deck import Deck
from sample_game.errors import MalformedRequest, RoundNotFound, RoundOver, RoundTampered
from sample_game.store import GameStore, Round, RoundKind
from sample_game.tokens import RoundTokens

#: A word does not come back to a player within this many rounds of one kind.
NO_REPEAT_WITHIN: Final = 12
#: How many of the latest clues of other players are considered for a guess round.
_FRESH_CLUE_SETS: Final = 60
_ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{40}")


@dataclass(frozen=True)
class IssuedRound:
    """A new round and the token that proves where it comes from."""

    round: Round
    token: str
    clues: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rounds:
    """Issues rounds and finds them again by their token."""

    deck: Deck
    store: GameStore
    tokens: RoundTokens
    life_s: int
    clock: Clock = field(default_factory=SystemClock)
    chance: random.Random = field(default_factory=random.SystemRandom)

    def start_clue_round(self, player: str) -> IssuedRound:
        """Deal a secret word that the player shall give clues for."""
        return self._issue("clue", checked_player(player), self._fresh_label(player, "clue"))

    def start_guess_round(self, player: str) -> IssuedRound:
        """Deal clues of another player, or the house's own, that the player shall guess from."""
        player = checked_player(player)
        recent = set(self.store.rounds.recent_labels(player, "guess", NO_REPEAT_WITHIN))
        fresh = [
            clue_set
            for clue_set in self.store.clue_sets.new_to(player, _FRESH_CLUE_SETS)
            if clue_set.label not in recent
        ]
        if fresh:
            dealt = self.chance.choice(fresh)
            return self._issue("guess", player, dealt.label, dealt.clues, clue_set_id=dealt.id)
        label = self._fresh_label(player, "guess")
        return self._issue("guess", player, label, self.deck.seed_clues[self.deck.words[label]])

    def find(self, token: str, kind: RoundKind) -> Round:
        """Return the round of a token, whether it is over or not.

        Raises:
            RoundNotFound: the token was made up, or the round is forgotten.
            RoundTampered: it is a round of the other kind.
        """
        round_id, _ = self.tokens.read(token)
        found = self.get(round_id)
        if found.kind != kind:
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

    def clues(self, found: Round) -> tuple[str, ...]:
        """Return all clues of a guess round, hardest first."""
        if found.clue_set_id is not None:
            clue_set = self.store.clue_sets.get(found.clue_set_id)
            if clue_set is not None:
                return clue_set.clues
        return self.deck.seed_clues[self.word(found)]

    def _fresh_label(self, player: str, kind: RoundKind) -> int:
        seen = set(self.store.rounds.recent_labels(player, kind, NO_REPEAT_WITHIN))
        labels = [label for label in range(len(self.deck.words)) if label not in seen]
        return self.chance.choice(labels or list(range(len(self.deck.words))))

    def _issue(
        self,
        kind: RoundKind,
        player: str,
        label: int,
        clues: tuple[str, ...] = (),
        clue_set_id: int | None = None,
    ) -> IssuedRound:
        now = int(self.clock.now())
        issued = Round(
            id=secrets.token_urlsafe(12),
            kind=kind,
            label=label,
            player=player,
            clue_set_id=clue_set_id,
            clues_seen=1 if kind == "guess" else 0,
            signed_request=None,
            is_over=False,
            expires_at=now + self.life_s,
        )
        self.store.rounds.add(issued, now)
        return IssuedRound(issued, self.tokens.issue(issued.id, issued.expires_at), clues)


def checked_player(player: str) -> str:
    """Return a player's address in lower case.

    Raises:
        MalformedRequest: it is no address.
    """
    if not _ADDRESS.fullmatch(player):
        raise MalformedRequest("The player is not an address of 20 bytes. Reload the page.")
    return player.lower()
