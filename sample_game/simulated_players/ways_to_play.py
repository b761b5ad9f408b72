"""The two public doors: a clue round of the game, or the relayer's own API."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import requests

from relayer.client import ApiError, RelayerClient
from relayer.client.signing import sign
from relayer.clock import Clock
from relayer.models.features import encode_words
from relayer.untrusted_json import read_json
from sample_game.errors import GameError
from sample_game.fair_play.pace import SECONDS_PER_DAY
from sample_game.simulated_players.clue_book import ClueBook, ClueBookError
from sample_game.simulated_players.confirming import Confirming
from sample_game.simulated_players.players import SimulatedPlayer

REQUEST_TIMEOUT_S = (3.05, 20.0)
#: Pauses before a game that has answered before is given up: its server may be starting again.
PAUSES_S: Final = (1.0, 2.0, 4.0, 8.0, 16.0)


class GameUnreachableError(GameError):
    """The game does not answer. Check its address and that it runs."""


@dataclass(frozen=True)
class Submission:
    """What one turn of a player came to."""

    player: str
    way: str
    lies: bool
    #: None: no word was dealt.
    label: int | None
    #: The contribution's id if it was accepted.
    contribution_id: str | None
    #: Why it was refused: the code of the problem.
    refusal: str | None = None

    @property
    def accepted(self) -> bool:
        """Whether the relayer took it."""
        return self.contribution_id is not None


class WayToPlay(Protocol):
    """How a player's clues get to the relayer."""

    def play(self, player: SimulatedPlayer) -> Submission:
        """Play one round and hand in its clues."""
        ...


class OwnClient:
    """Players who bring their own client and label their clues themselves."""

    def __init__(self, client: RelayerClient, book: ClueBook) -> None:
        self._client = client
        self._book = book
        self._trainer = _trainer_of(book, client.config()["trainers"])
        self._confirming = Confirming(client, book, self._trainer)

    def play(self, player: SimulatedPlayer) -> Submission:
        """Think of a word, sign clues for it, send them; then confirm what others gave."""
        submission = self._give_clues(player)
        self._confirming.confirm(player)
        return submission

    def _give_clues(self, player: SimulatedPlayer) -> Submission:
        words = self._trainer["labels"]
        secret = player.random.choice(words)
        label = words.index(secret)
        signed = self._client.sign_contribution(
            player.account,
            label=label,
            words=player.clues_for(secret, words, self._book),
            trainer=self._trainer["address"],
        )
        try:
            accepted = self._client.submit(signed)
        except ApiError as error:
            self._client.refresh_nonce(player.account)
            return Submission(player.address, "client", player.lies, label, None, error.code)
        return Submission(player.address, "client", player.lies, label, accepted["id"])


class GameRound:
    """Players at the game's page: they are dealt a word, give clues, sign them, and send them.

    Args:
        url: root address of the game.
        books: clue books by deck; the first one is what is played mostly.
        clock: for deadlines.
        elsewhere_share: share of the rounds that are played in another deck.
    """

    def __init__(
        self, url: str, books: Mapping[str, ClueBook], clock: Clock, elsewhere_share: float = 0.0
    ) -> None:
        self._url = url.rstrip("/")
        self._books = books
        self._elsewhere_share = elsewhere_share
        self._clock = clock
        self._session = requests.Session()
        self._next_nonce: dict[str, int] = {}
        self._terms: dict[str, dict[str, Any]] = {}
        self._proofs: dict[str, dict[str, Any]] = {}
        self._has_answered = False

    def play(self, player: SimulatedPlayer) -> Submission:
        """Play one clue round."""
        deck = self._choose_deck(player)
        book, who = self._books[deck], self._proven(player)
        try:
            dealt = self._send("POST", "/api/rounds", {"kind": "clue", "deck": deck, **who})
        except ApiError as error:
            return Submission(player.address, "game", player.lies, None, None, error.code)
        try:
            clues = player.clues_for(dealt["word"], list(book.mentions), book, dealt["taboo"])
        except ClueBookError:  # too few are left beside the taboo words: the player passes
            return Submission(player.address, "game", player.lies, dealt["label"], None, "taboo")
        terms = self._terms_of(deck)
        message = self._message(player, terms, dealt["label"], clues)
        signed = sign(player.account, terms["eip712"], "Contribution", message)
        body = {"token": dealt["token"], "clues": clues, "id": signed.id, **signed.as_json()}
        try:
            answer = self._send("POST", "/api/clues", body)
        except ApiError as error:
            self._next_nonce.pop(player.address, None)
            refused = error.code
            return Submission(player.address, "game", player.lies, dealt["label"], None, refused)
        accepted = answer["contribution"]["id"]
        return Submission(player.address, "game", player.lies, dealt["label"], accepted)

    def _proven(self, player: SimulatedPlayer) -> dict[str, Any]:
        """The player's proof for today, signed once a day."""
        day = int(self._clock.now()) // SECONDS_PER_DAY
        kept = self._proofs.get(player.address)
        if kept is None or kept["proof_day"] != day:
            kept = self._proofs[player.address] = player.proven(day)
        return kept

    def _choose_deck(self, player: SimulatedPlayer) -> str:
        first, *others = self._books
        plays_elsewhere = player.random.random() < self._elsewhere_share
        return player.random.choice(others) if others and plays_elsewhere else first

    def _terms_of(self, deck: str) -> dict[str, Any]:
        if deck not in self._terms:
            self._terms[deck] = self._send("GET", f"/api/setup?deck={deck}")
        return self._terms[deck]

    def _message(
        self, player: SimulatedPlayer, terms: Mapping[str, Any], label: int, clues: list[str]
    ) -> dict[str, Any]:
        return {
            "trainer": terms["trainer"],
            "player": player.address,
            "nonce": self._take_nonce(player.address),
            "deadline": int(self._clock.now()) + terms["deadline_s"],
            "maxFeeGwei": terms["max_fee_gwei"],
            "label": label,
            "sample": f"0x{encode_words(clues).hex()}",
        }

    def _take_nonce(self, address: str) -> int:
        if address not in self._next_nonce:
            standing = self._send("GET", f"/api/players/{address}")
            self._next_nonce[address] = standing["record"]["next_nonce"]
        nonce = self._next_nonce[address]
        self._next_nonce[address] = nonce + 1
        return nonce

    def _send(
        self, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Ask the game; whatever is asked may be asked again."""
        for pause_s in PAUSES_S if self._has_answered else ():
            try:
                return self._ask(method, path, body)
            except GameUnreachableError:
                self._clock.sleep(pause_s)
        return self._ask(method, path, body)

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None) -> dict[str, Any]:
        try:
            response = self._session.request(
                method, f"{self._url}{path}", json=body, timeout=REQUEST_TIMEOUT_S
            )
            answer: dict[str, Any] = read_json(response.content)
        except (requests.RequestException, ValueError) as error:
            raise GameUnreachableError(
                f"{self._url} does not answer as the game does ({type(error).__name__}): "
                "check that the game runs and that --game is right."
            ) from error
        self._has_answered = True
        if not response.ok:
            raise ApiError(answer)
        return answer


def _trainer_of(book: ClueBook, trainers: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The trainer whose labels are the words of a book."""
    for trainer in trainers:
        if list(trainer["labels"]) == list(book.mentions):
            return trainer
    raise GameUnreachableError(
        "The relayer keeps no model for the words of this clue book: deploy the decks' plan."
    )
