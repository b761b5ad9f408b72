"""Players who ask what the page asks, think as long as people do, and wait for every answer."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, RemoteDisconnected
from itertools import count
from random import Random
from typing import Any
from urllib.parse import urlsplit

from eth_account import Account

from relayer.client.signing import sign
from relayer.models.features import encode_words
from sample_game.fair_play.pace import SECONDS_PER_DAY
from sample_game.simulated_players.clue_book import ClueBook
from sample_game.simulated_players.players import SimulatedPlayer
from tests.benchmarks.game_load.measure import Measure

#: Share of rounds in which the player gives clues.
CLUE_SHARE = 0.15
#: Share of guesses that are right when the clues are known.
KNOWS_SHARE = 0.8
#: How often the page fetches the machine anew, and asks what became of clues, in seconds.
MODEL_EVERY_S, STATUS_EVERY_S = 20.0, 5.0
PATIENCE_S = 30.0


@dataclass(frozen=True)
class Plan:
    """What all players share."""

    url: str
    #: Clues that may be given for a word, and the words that a clue may mean.
    book: ClueBook
    meanings: Mapping[str, Sequence[str]]
    measure: Measure
    ends_at: float  #: by the monotonic clock
    think_s: tuple[float, float] = (2.0, 6.0)
    #: How many rounds a player plays at most; None: until the end.
    rounds: int | None = None


class Page:
    """One connection that is kept open, as a browser does."""

    def __init__(self, url: str, measure: Measure) -> None:
        parts = urlsplit(url)
        self._connection = HTTPConnection(parts.netloc, timeout=PATIENCE_S)
        self._measure = measure

    def ask(self, kind: str, path: str, body: Any = None, etag: str = "") -> tuple[int, Any, str]:
        """Send a request and measure it; returns status, JSON if it is some, and its ETag."""
        headers = {"If-None-Match": etag} if etag else {}
        content = None
        if body is not None:
            content, headers["Content-Type"] = json.dumps(body), "application/json"
        began_at = time.monotonic()
        try:
            answer = self._send("POST" if body else "GET", path, content, headers)
            text = answer.read()
        except (OSError, HTTPException):
            self._measure.add(kind, 0, time.monotonic() - began_at)
            self._connection.close()
            return 0, {}, ""
        self._measure.add(kind, answer.status, time.monotonic() - began_at)
        is_json = "json" in answer.headers.get("Content-Type", "") and text
        return answer.status, json.loads(text) if is_json else {}, answer.headers.get("ETag", "")

    def _send(
        self, method: str, path: str, content: str | None, headers: dict[str, str]
    ) -> HTTPResponse:
        """Send; on a kept connection that the server has closed meanwhile, on a new one."""
        try:
            self._connection.request(method, path, content, headers)
            return self._connection.getresponse()
        except (RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            self._connection.close()
            self._connection.request(method, path, content, headers)
            return self._connection.getresponse()

    def close(self) -> None:
        """Leave."""
        self._connection.close()


@dataclass
class LoadPlayer:
    """Plays until the plan's end."""

    plan: Plan
    random: Random = field(repr=False)
    nonce: int = 0
    contributions: list[str] = field(default_factory=list)
    accepted: int = 0
    _etag: str = ""
    _model_at: float = 0.0
    _status_at: float = 0.0

    def __post_init__(self) -> None:
        self.account = Account.from_key(self.random.randbytes(32))
        player = SimulatedPlayer(self.account, self.random, lies=False, has_own_client=False)
        self.who = player.proven(int(time.time()) // SECONDS_PER_DAY)
        self.page = Page(self.plan.url, self.plan.measure)

    @property
    def is_over(self) -> bool:
        """Whether it is time to leave."""
        return time.monotonic() >= self.plan.ends_at

    def play(self) -> None:
        """Open the page, then play round after round."""
        self.page.ask("page", "/")
        _, self.terms, _ = self.page.ask("setup", "/api/setup")
        self.page.ask("standing", f"/api/players/{self.account.address}")
        for _ in count() if self.plan.rounds is None else range(self.plan.rounds):
            if self.is_over:
                break
            kind = "clue" if self.random.random() < CLUE_SHARE else "guess"
            body = {"kind": kind, **self.who}
            status, round_, _ = self.page.ask("round", "/api/rounds", body)
            if status != 201:
                self._think()
            elif kind == "guess":
                self._guess(round_)
            else:
                self._give_clues(round_)
        self.page.close()

    def _guess(self, round_: Mapping[str, Any]) -> None:
        clues, outcome = round_["clues"], None
        while outcome not in ("right", "over") and not self.is_over:
            self._think()
            body = {"token": round_["token"], "guess": self._idea(clues)}
            status, told, _ = self.page.ask("guess", "/api/guesses", body)
            if status != 200:
                return
            clues, outcome = told["clues"], told["outcome"]

    def _idea(self, clues: Sequence[str]) -> str:
        """A word that the latest clue may mean, or nothing: the next clue, please."""
        words = self.plan.meanings.get(clues[-1], ())
        return self.random.choice(words) if words and self.random.random() < KNOWS_SHARE else ""

    def _give_clues(self, round_: Mapping[str, Any]) -> None:
        clues = self.plan.book.draw(round_["word"], self.random)
        for given, clue in enumerate(clues):
            self._think()
            body = {"token": round_["token"], "clue": clue, "others": clues[:given]}
            self.page.ask("clue check", "/api/clue-checks", body)
        taken = [clue for clue in clues if clue not in round_["taboo"]]
        message = {
            "trainer": self.terms["trainer"],
            "player": self.account.address,
            "nonce": self.nonce,
            "deadline": int(time.time()) + self.terms["deadline_s"],
            "maxFeeGwei": self.terms["max_fee_gwei"],
            "label": round_["label"],
            "sample": f"0x{encode_words(taken).hex()}",
        }
        signed = sign(self.account, self.terms["eip712"], "Contribution", message)
        body = {"token": round_["token"], "clues": taken, "id": signed.id, **signed.as_json()}
        status, _, _ = self.page.ask("clues", "/api/clues", body)
        if status == 202:
            self.nonce += 1
            self.accepted += 1
            self.contributions.append(signed.id)

    def _think(self) -> None:
        """Think as long as people do; meanwhile the page keeps itself up to date."""
        time.sleep(self.random.uniform(*self.plan.think_s))
        now = time.monotonic()
        if now >= self._model_at:
            self._model_at = now + MODEL_EVERY_S
            status, _, etag = self.page.ask("model", "/api/model", etag=self._etag)
            self._etag = etag if status == 200 else self._etag
        if self.contributions and now >= self._status_at:
            self._status_at = now + STATUS_EVERY_S
            for contribution in list(self.contributions):
                _, told, _ = self.page.ask("status", f"/api/contributions/{contribution}")
                if told.get("status") in ("settled", "failed", "expired"):
                    self.contributions.remove(contribution)
