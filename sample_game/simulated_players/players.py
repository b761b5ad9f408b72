"""Who plays: accounts made from a seed, most of them honest, some with a client of their own."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from relayer.ethereum_account import Account, LocalAccount, encode_defunct
from sample_game.puzzles.proofs import rounds_of, sentence
from sample_game.simulated_players.clue_book import ClueBook

#: One player in six lies: its labels are random.
LIAR_EVERY = 6
#: One player in four does not use the game's page, but signs and sends with a client of its own.
OWN_CLIENT_EVERY = 4


@dataclass
class SimulatedPlayer:
    """A player with a burner key. Its keys come from a seed: never give it anything of value."""

    account: LocalAccount
    random: Random = field(repr=False)
    lies: bool
    has_own_client: bool

    @property
    def address(self) -> str:
        """The player's address, with its checksum."""
        return str(self.account.address)

    def proven(self, day: int) -> dict[str, Any]:
        """Who it is, with the proof that the game wants for the rounds of a day."""
        text = sentence(self.address.lower(), rounds_of(day))
        signature = self.account.sign_message(encode_defunct(text=text)).signature
        return {"player": self.address, "proof": signature.hex(), "proof_day": day}

    def clues_for(
        self, secret: str, words: list[str], book: ClueBook, taboo: Sequence[str] = ()
    ) -> list[str]:
        """Clues for a secret word; a liar gives those of a word drawn at random."""
        word = self.random.choice(words) if self.lies else secret
        return book.draw(word, self.random, secret=secret, taboo=taboo)


def make_players(count: int, seed: int) -> list[SimulatedPlayer]:
    """The same players for the same seed."""
    return [
        SimulatedPlayer(
            account=_account(seed, number),
            random=Random(f"{seed}/{number}"),  # noqa: S311
            lies=number % LIAR_EVERY == LIAR_EVERY - 1,
            has_own_client=number % OWN_CLIENT_EVERY == OWN_CLIENT_EVERY - 1,
        )
        for number in range(count)
    ]


def _account(seed: int, number: int) -> LocalAccount:
    key = Random(f"key {seed}/{number}").randbytes(32)  # noqa: S311
    account: LocalAccount = Account.from_key(key)
    return account
