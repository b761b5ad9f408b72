"""What players at the page ask the game for."""

from random import Random
from typing import Any

import pytest
import requests

from relayer.client import ApiError
from relayer.clock import ManualClock
from sample_game.simulated_players.clue_book import ClueBook
from sample_game.simulated_players.players import make_players
from sample_game.simulated_players.ways_to_play import (
    PAUSES_S,
    GameRound,
    GameUnreachableError,
)

BOOKS = {
    deck: ClueBook({word: {"night": 3, "tide": 2, "orbit": 1}})
    for deck, word in {"first": "moon", "second": "sea", "third": "sky"}.items()
}


class Game(GameRound):
    """A game that deals the only word of a deck, and takes everything."""

    def __init__(self, elsewhere_share: float) -> None:
        super().__init__("http://game.test", BOOKS, ManualClock(), elsewhere_share)
        self.dealt: list[str] = []
        self.refuses_with: str | None = None

    def _send(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        if self.refuses_with:
            raise ApiError({"code": self.refuses_with, "status": 429})
        if path == "/api/rounds":
            self.dealt.append(body["deck"])
            (word,) = BOOKS[body["deck"]].mentions
            return {"token": "1.1.1", "word": word, "label": 0, "taboo": []}
        if path.startswith("/api/setup"):
            types = {"Contribution": [{"name": "label", "type": "uint16"}]}
            domain = {"chainId": 1, "verifyingContract": f"0x{1:040x}"}
            terms = {"eip712": {"domain": domain, "types": types}}
            return {**terms, "trainer": path, "deadline_s": 60, "max_fee_gwei": 1}
        if path.startswith("/api/players/"):
            return {"record": {"next_nonce": 0}}
        return {"contribution": {"id": body["message"]["trainer"]}}


@pytest.mark.parametrize(
    ("share", "least", "most"), [(0.0, 0, 0), (0.25, 60, 140), (1.0, 400, 400)]
)
def test_some_rounds_are_played_in_other_decks(share: float, least: int, most: int) -> None:
    game, player = Game(share), make_players(1, seed=1)[0]
    player.random = Random(1)
    for _ in range(400):
        submission = game.play(player)
        assert submission.contribution_id == f"/api/setup?deck={game.dealt[-1]}"
    elsewhere = [deck for deck in game.dealt if deck != "first"]
    assert least <= len(elsewhere) <= most
    assert not elsewhere or set(elsewhere) == {"second", "third"}


def test_a_game_that_deals_no_word_is_a_refused_turn() -> None:
    game = Game(0.0)
    game.refuses_with = "too-fast"
    submission = game.play(make_players(1, seed=1)[0])
    assert (submission.accepted, submission.refusal) == (False, "too-fast")


class Line(requests.Session):
    """A connection that answers, or not, as the test wrote down."""

    def __init__(self, *answers: bool) -> None:
        super().__init__()
        self.answers = list(answers)

    def request(self, *_args: Any, **_kwargs: Any) -> requests.Response:
        if not self.answers.pop(0):
            raise requests.ConnectionError
        response = requests.Response()
        response.status_code, response._content = 200, b"{}"
        return response


def connected(*answers: bool) -> tuple[GameRound, ManualClock]:
    clock = ManualClock()
    game = GameRound("http://game.test", BOOKS, clock)
    game._session = Line(*answers)
    return game, clock


def test_a_game_that_starts_again_is_waited_for() -> None:
    game, clock = connected(True, False, False, True)
    began_at = clock.now()
    assert [game._send("GET", "/api/setup") for _ in range(2)] == [{}, {}]
    assert clock.now() - began_at == sum(PAUSES_S[:2])


def test_a_game_that_never_answered_is_given_up_at_once() -> None:
    game, clock = connected(False)
    began_at = clock.now()
    with pytest.raises(GameUnreachableError, match="--game is right"):
        game._send("GET", "/api/setup")
    assert clock.now() == began_at


def test_a_game_that_stays_away_is_given_up() -> None:
    game, _ = connected(True, *[False] * (len(PAUSES_S) + 1))
    game._send("GET", "/api/setup")
    with pytest.raises(GameUnreachableError):
        game._send("GET", "/api/setup")
