"""Right guesses as signed validations: the chain learns that somebody understood the clues.

Only when the house's mechanism takes validations. Whoever found the word from another player's
clues may sign for exactly that contribution; it counts once, and nothing waits for it. The
mechanism listens to those alone who have contributed to the same model, so nobody else is asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from relayer.client import SignedRequest
from sample_game.errors import ContributionMismatch
from sample_game.house import House
from sample_game.rounds import Rounds
from sample_game.store import ClueSet, Round


@dataclass(frozen=True)
class Confirmations:
    """Tells what a winner may sign, and hands on what it signed."""

    rounds: Rounds
    house: House

    def number_for(self, token: str) -> int | None:
        """Return the number of the contribution that a won round confirms, if it can be signed.

        None: the house takes no validations, the clues were its own, they are not on the record
        for good yet, or none of the player's own are there. The house is not asked: a round waits
        for nobody.
        """
        won = self._won_from(token)
        if won is None:
            return None
        found, clue_set = won
        known = self.rounds.store.contributions
        if not known.has_taken_effect(found.player, found.deck):
            return None
        return self._number(clue_set)

    def submit(self, token: str, signed: SignedRequest) -> Mapping[str, Any]:
        """Hand a signed validation to the house; doing so again is harmless.

        Raises:
            RoundNotFound, RoundTampered: see `Rounds`.
            ContributionMismatch: the round was not won from another player's clues, or the player
                signed something else.
            HouseError: the house refuses, or cannot be reached.
        """
        won = self._won_from(token)
        if won is None:
            raise ContributionMismatch("This round confirms nobody's clues. Play on.")
        found, clue_set = won
        number = self._number(clue_set)
        if number is None:
            raise ContributionMismatch("These clues need no confirmation any more. Play on.")
        self.house.check_validation(signed.message, found.player, number)
        ticket = self.house.ticket(found.id, found.player)
        return self.house.submit_validation(signed, ticket)

    def _number(self, clue_set: ClueSet) -> int | None:
        known = self.rounds.store.contributions.get(clue_set.contribution_id)
        return known.number if known and known.status == "confirmed" else None

    def _won_from(self, token: str) -> tuple[Round, ClueSet] | None:
        """The round and the clues that its player found the word from, if both is so."""
        found = self.rounds.find(token, "guess")
        store = self.rounds.store
        clue_set = found.clue_set_id and store.clue_sets.get(found.clue_set_id)
        if not clue_set or not store.validations.has_understood(found.player, clue_set.id):
            return None
        return found, clue_set
