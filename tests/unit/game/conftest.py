"""A game at a stand-in relayer, with the hands of the clock and the dice in the test's hand."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_defunct
from flask.testing import FlaskClient

from relayer.client import RelayerClient
from relayer.clock import ManualClock
from sample_game.api.play import EXTENSION, Plays
from sample_game.app import create_app
from sample_game.settings import GameSettings
from sample_game.store import GameStore
from tests.stand_in_relayer import StandInRelayer, serving, trainer_of

SEED = 7


@dataclass
class Player:
    """Somebody with a key who plays through the game's own API."""

    game: FlaskClient
    relayer: RelayerClient
    account: Any

    @property
    def address(self) -> str:
        """The player's address in lower case."""
        return str(self.account.address).lower()

    def start(self, kind: str, **facts: str) -> dict[str, Any]:
        """Start a round; facts are further parts of the request, such as the deck."""
        answer = self.game.post("/api/rounds", json={"kind": kind, **self.proven(), **facts})
        assert answer.status_code == 201, answer.text
        return dict(answer.get_json())

    def guess(self, round_: dict[str, Any], text: str) -> Any:
        """Guess in a round; returns the response."""
        return self.game.post("/api/guesses", json={"token": round_["token"], "guess": text})

    def proof(self, puzzle: str) -> str:
        """Sign that it is this player who plays a puzzle, as wallets sign messages."""
        message = encode_defunct(text=f"Hunch: {self.address} plays {puzzle}.")
        return str(self.account.sign_message(message).signature.hex())

    def proven(self, **overrides: Any) -> dict[str, Any]:
        """Who it is, with the proof for the rounds of a day: today's, or the one that is given."""
        plays: Plays = self.game.application.extensions[EXTENSION]
        day = int(plays.of_deck(None).rounds.clock.now()) // 86_400
        facts = {"player": self.address, "proof_day": day, **overrides}
        return {"proof": self.proof(f"rounds-{facts['proof_day']}"), **facts}

    def daily(self, **overrides: Any) -> Any:
        """Go on with the puzzle of the day; returns the response."""
        today = self.game.get("/api/daily").get_json()
        body = {"player": self.address, "day": today["day"], **overrides}
        body.setdefault("proof", self.proof(f"daily-{body['day']}"))
        return self.game.post("/api/daily/plays", json=body)

    def duel(self, code: str, **overrides: Any) -> Any:
        """Go on with a duel; returns the response."""
        body = {"player": self.address, "proof": self.proof(f"duel-{code}"), **overrides}
        return self.game.post(f"/api/duels/{code}/plays", json=body)

    def signed_clues(
        self, round_: dict[str, Any], clues: list[str], **overrides: Any
    ) -> dict[str, Any]:
        """Sign clues for a round as the page does; overrides replace parts of the request."""
        words, label = overrides.pop("words", clues), overrides.pop("label", round_["label"])
        trainer = overrides.pop("trainer", trainer_of(round_["deck"]))
        signed = self.relayer.sign_contribution(
            self.account, words=words, label=label, trainer=trainer
        )
        return {
            "token": round_["token"],
            "clues": clues,
            "id": signed.id,
            "message": dict(signed.message),
            "signature": signed.signature,
            "chain_id": signed.chain_id,
            **overrides,
        }

    def give(self, request: dict[str, Any]) -> Any:
        """Send signed clues; returns the response."""
        return self.game.post("/api/clues", json=request)

    def score(self) -> int:
        """Return the player's points in the game."""
        return int(self.game.get(f"/api/players/{self.address}").get_json()["score"])


@dataclass
class Table:
    """A running game, its relayer and its clock."""

    game: FlaskClient
    stand_in: StandInRelayer
    relayer: RelayerClient
    clock: ManualClock
    plays: Plays
    relayer_url: str = ""

    @property
    def store(self) -> GameStore:
        """The game's memory."""
        return self.plays.of_deck(None).rounds.store

    def hear_news(self) -> None:
        """Let the game ask the relayer how contributions stand, as it does all the time."""
        self.plays.news.turn()

    def player(self) -> Player:
        """Return a new player."""
        return Player(self.game, self.relayer, Account.create())


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    clock = ManualClock()
    stand_in = StandInRelayer(clock=clock)
    with serving(stand_in.app()) as relayer_url:
        settings = GameSettings(database=tmp_path / "hunch.db", relayer_url=relayer_url)
        app = create_app(settings, clock=clock, chance=random.Random(SEED))
        plays: Plays = app.extensions[EXTENSION]
        client = RelayerClient(relayer_url)
        table = Table(app.test_client(), stand_in, client, clock, plays, relayer_url)
        yield table
        table.store.close()
