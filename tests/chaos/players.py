"""Players who go on playing whatever happens, and send again until they are answered."""

from __future__ import annotations

import random
import threading
from collections import deque
from dataclasses import dataclass
from typing import Any

import requests

from relayer.chain.eip712 import Domain
from tests.chain import GWEI, Player
from tests.chaos.submissions import Kind, Submission, submit

#: Pause before a request is sent again.
AGAIN_S = 0.3
TIMEOUT_S = (3.0, 20.0)
#: Share of requests that are sent once more after they were accepted.
TWICE = 0.1
#: Shares of turns in which a player confirms another's contribution, or takes rewards out.
CONFIRMING, WITHDRAWING = 0.15, 0.05
#: Share of contributions under a label that the model will not agree with: they are forfeited.
WRONG = 0.1
#: Most that a relayed withdrawal may cost, and the least that is worth one.
MOST_FEE_WEI = 10**16
LEAST_BALANCE_WEI = 2 * MOST_FEE_WEI


@dataclass(frozen=True)
class Rules:
    """What the players sign for.

    Attributes:
        url: of the service.
        domain: of the signatures.
        trainer: the one with stakes.
        gamified: the one where players confirm each other.
        deadline_at: of all requests, unix seconds.
        seed: of who plays what.
        per_second: requests a second, all players together.
    """

    url: str
    domain: Domain
    trainer: str
    gamified: str
    deadline_at: int
    seed: int
    per_second: float


class Crowd:
    """Several threads of players.

    Args:
        rules: what they sign for.
        threads: how many requests may be under way at once.
        players: accounts of each thread.
    """

    def __init__(self, rules: Rules, threads: int = 3, players: int = 20) -> None:
        self._stop = threading.Event()
        self._tables = [Table(rules, number, players, self._stop) for number in range(threads)]
        for table in self._tables:
            table.neighbour = self._tables[table.number - 1]
        self._threads = [
            threading.Thread(target=table.play, args=(threads / rules.per_second,), daemon=True)
            for table in self._tables
        ]

    def start(self) -> None:
        """Begin to play."""
        for thread in self._threads:
            thread.start()

    def stop(self, within_s: float = 60.0) -> None:
        """Let everybody finish the request under way.

        Raises:
            AssertionError: somebody got no final answer in time.
        """
        self._stop.set()
        for thread in self._threads:
            thread.join(within_s)
            assert not thread.is_alive(), "a player still waits for an answer"

    def submissions(self) -> list[Submission]:
        """All that was sent so far."""
        return [submission for table in self._tables for submission in table.sent]


class Table:
    """Players who take turns, one request at a time.

    Args:
        rules: what they sign for.
        number: of the table; players of different tables are different people.
        players: how many sit there.
        stop: ends the game.
    """

    def __init__(self, rules: Rules, number: int, players: int, stop: threading.Event) -> None:
        self.number = number
        self.neighbour = self
        self.sent: list[Submission] = []
        #: Contributions to the gamified trainer that nobody of another table has looked at.
        self.fresh: deque[Submission] = deque(maxlen=30)
        self._rules = rules
        self._stop = stop
        self._dice = random.Random(rules.seed * 1_000 + number)
        self._players = [Player(1_000 * number + one, rules.domain) for one in range(players)]
        self._session = requests.Session()

    def play(self, pause_s: float) -> None:
        """Take turns until the end."""
        while not self._stop.wait(self._dice.uniform(0, 2 * pause_s)):
            player, roll = self._dice.choice(self._players), self._dice.random()
            submission = None
            if roll < CONFIRMING:
                submission = self._confirm(player)
            elif roll < CONFIRMING + WITHDRAWING:
                submission = self._withdraw(player)
            submission = submission or self._contribute(player)
            self.sent.append(submission)
            self._send(submission)
            if self._dice.random() < TWICE:
                self._send(submission)

    def _contribute(self, player: Player) -> Submission:
        label, dice = self._dice.randrange(4), self._dice
        gamified = dice.random() < 0.3
        said = (label + 1) % 4 if dice.random() < WRONG else label
        signed = player.contribute(
            self._rules.gamified if gamified else self._rules.trainer,
            deadline=self._rules.deadline_at,
            label=said,
            features=(10 * label + dice.randrange(4), 100 + dice.randrange(50)),
        )
        submission = submit(Kind.CONTRIBUTION, signed, player)
        if gamified:
            self.fresh.append(submission)
        return submission

    def _confirm(self, player: Player) -> Submission | None:
        """Confirm what a player of the neighbouring table contributed, once it is confirmed."""
        if not self.neighbour.fresh:
            return None
        theirs = self.neighbour.fresh.popleft()
        shown = self._get(f"/v1/contributions/{theirs.id}")
        if shown is None or shown["status"] != "confirmed":
            return None
        signed = player.validate(
            self._rules.gamified, shown["contribution_number"], deadline=self._rules.deadline_at
        )
        return submit(Kind.VALIDATION, signed, player, theirs.id)

    def _withdraw(self, player: Player) -> Submission | None:
        """Take half of what a player has out, if that is worth it."""
        shown = self._get(f"/v1/players/{player.address}")
        balance_wei = 0 if shown is None else int(shown["balance_wei"])
        if balance_wei < LEAST_BALANCE_WEI:
            return None
        signed = player.withdraw(
            player.address,
            balance_wei // 2,
            deadline=self._rules.deadline_at,
            max_fee_gwei=MOST_FEE_WEI // GWEI,
        )
        return submit(Kind.WITHDRAWAL, signed, player)

    def _get(self, path: str) -> dict[str, Any] | None:
        try:
            answer = self._session.get(self._rules.url + path, timeout=TIMEOUT_S)
            content: dict[str, Any] = answer.json()
        except (requests.RequestException, ValueError):
            return None
        return content if answer.ok else None

    def _send(self, submission: Submission) -> None:
        """Send until an answer comes that is final: accepted, or refused for good."""
        url = self._rules.url + submission.kind.path
        while True:
            try:
                answer = self._session.post(url, json=submission.body, timeout=TIMEOUT_S)
                content = answer.json()
            except (requests.RequestException, ValueError):
                self._stop.wait(AGAIN_S)
                continue
            if answer.ok:
                submission.accepted = True
                assert content["id"] == submission.id
                return
            if not content.get("retryable"):
                submission.refusal = str(content.get("code"))
                return
            self._stop.wait(AGAIN_S)
