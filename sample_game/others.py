"""What others wrote for a word, for those whose round with it is over."""

from dataclasses import dataclass
from typing import Final

from sample_game.errors import RoundNotOver
from sample_game.moderation import is_blocked
from sample_game.rounds import Rounds
from sample_game.store import OthersClues

#: How many players' clues are shown.
MOST_SHOWN: Final = 3
#: How many are looked at, in case some must not be shown.
_LOOKED_AT: Final = 12


@dataclass(frozen=True)
class Others:
    """Shows the latest clues of other players for a word.

    Whoever has read clues beside their word cannot guess from them any more: they are not dealt to
    this player later.
    """

    rounds: Rounds

    def clues(self, token: str) -> list[OthersClues]:
        """Return what others wrote for the word of a round.

        Words that were blocked after they had been accepted are not shown.

        Raises:
            RoundNotFound: the token was made up, or the round is forgotten.
            RoundNotOver: the word could still be guessed, or clues for it given.
        """
        round_id, _ = self.rounds.tokens.read(token)
        found = self.rounds.get(round_id)
        now = int(self.rounds.clock.now())
        if not found.is_over and found.expires_at > now:
            raise RoundNotOver("What others wrote can be read when this round is over.")
        shown = self.rounds.store.shown
        latest = shown.of_others(found.deck, found.label, found.player, _LOOKED_AT, now)
        fit = [each for each in latest if not any(map(is_blocked, each.clues))][:MOST_SHOWN]
        shown.note(found.player, (each.clue_set_id for each in fit), now)
        return fit
