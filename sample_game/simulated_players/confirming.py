"""Players who say yes to each other's clues: a word is found from them, so they are good.

A client of one's own sees numbers instead of words. Who knows which clues people give for a word
knows their numbers as well, and finds the word that most of them belong to.
"""

from collections import defaultdict, deque
from collections.abc import Mapping
from itertools import islice
from typing import Any, Final

from relayer.client import RelayerClient
from relayer.models.features import feature_of
from relayer.models.samples import decode
from sample_game.simulated_players.clue_book import ClueBook
from sample_game.simulated_players.players import SimulatedPlayer

#: Contributions that are looked at in one turn, newest first, and most that are confirmed.
LOOKED_AT: Final = 60
CONFIRMED_PER_TURN: Final = 6


class Confirming:
    """Looks for contributions that make sense, and signs for them.

    Args:
        client: speaks to the relayer.
        book: which clues people give for a word.
        trainer: the game's, of `GET /v1/config`.
    """

    def __init__(self, client: RelayerClient, book: ClueBook, trainer: Mapping[str, Any]) -> None:
        self._client = client
        self._address: str = trainer["address"].lower()
        self._labels: list[str] = trainer["labels"]
        mechanism = trainer["mechanism"]
        self._takes_validations = bool(mechanism.get("takes_validations"))
        #: Who confirmed an author last: the contract wants others before the same one again.
        self._latest: defaultdict[str, deque[str]] = defaultdict(
            lambda: deque(maxlen=mechanism.get("distinct_validators"))
        )
        self._features = {
            word: {feature_of(clue) for clue in clues} for word, clues in book.mentions.items()
        }
        self._asked: set[str] = set()

    def confirm(self, player: SimulatedPlayer) -> int:
        """Sign for what a player understands; returns how many validations were taken."""
        if not self._takes_validations or player.lies:
            return 0
        chosen = self._choose(player)
        if not chosen:
            return 0
        signed = [self._client.sign_validation(player.account, each) for each in chosen]
        outcomes = self._client.submit_validations(signed)
        return sum(isinstance(outcome, dict) for outcome in outcomes)

    def _choose(self, player: SimulatedPlayer) -> list[dict[str, Any]]:
        chosen: list[dict[str, Any]] = []
        for each in islice(self._client.contributions(status="confirmed"), LOOKED_AT):
            if len(chosen) < CONFIRMED_PER_TURN and self._would_confirm(player, each):
                self._asked.add(each["id"])
                self._latest[each["player"]].append(player.address)
                chosen.append(each)
        return chosen

    def _would_confirm(self, player: SimulatedPlayer, contribution: Mapping[str, Any]) -> bool:
        author = contribution["player"]
        if contribution["id"] in self._asked or author == player.address:
            return False
        if contribution["trainer"].lower() != self._address:
            return False
        if player.address in self._latest[author]:
            return False
        sample = set(decode(bytes.fromhex(contribution["sample"][2:])))
        best = max(self._features, key=lambda word: len(self._features[word] & sample))
        label: int = contribution["label"]
        return self._labels[label] == best
