"""Players who go on contributing whatever happens, and send again until they are answered."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field
from typing import Any

import requests

from relayer.chain.eip712 import Contribution, Domain
from tests.chain import Player
from tests.house import as_request

#: Pause before a request is sent again.
AGAIN_S = 0.3
TIMEOUT_S = (3.0, 20.0)
#: Share of contributions that are sent once more after they were accepted.
TWICE = 0.1


@dataclass
class Submission:
    """A signed contribution and what its player was told."""

    id: str
    message: Contribution
    body: dict[str, Any]
    accepted: bool = False
    #: The final refusal, when there was one.
    refusal: str | None = None


@dataclass(frozen=True)
class Rules:
    """What the players sign for.

    Attributes:
        url: of the service.
        domain: of the signatures.
        trainers: addresses that get contributions.
        deadline_at: of all contributions, unix seconds.
        seed: of who plays what.
        per_second: contributions a second, all players together.
    """

    url: str
    domain: Domain
    trainers: tuple[str, ...]
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
        self._rules = rules
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._submissions: dict[str, Submission] = {}
        self._pause_s = threads / rules.per_second
        self._threads = [
            threading.Thread(target=self._play, args=(number, players), daemon=True)
            for number in range(threads)
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
        with self._lock:
            return list(self._submissions.values())

    def _play(self, number: int, players: int) -> None:
        dice = random.Random(self._rules.seed * 1_000 + number)
        own = [Player(1_000 * number + one, self._rules.domain) for one in range(players)]
        session = requests.Session()
        while not self._stop.wait(dice.uniform(0, 2 * self._pause_s)):
            submission = self._sign(dice.choice(own), dice)
            with self._lock:
                self._submissions[submission.id] = submission
            self._send(session, submission)
            if dice.random() < TWICE:
                self._send(session, submission)

    def _sign(self, player: Player, dice: random.Random) -> Submission:
        label = dice.randrange(4)
        features = tuple(sorted({10 * label + dice.randrange(4), 100 + dice.randrange(50)}))
        message, signature = player.contribute(
            dice.choice(self._rules.trainers),
            deadline=self._rules.deadline_at,
            label=label,
            features=features,
        )
        digest = message.digest(self._rules.domain)
        return Submission(f"0x{digest.hex()}", message, as_request(message, signature))

    def _send(self, session: requests.Session, submission: Submission) -> None:
        """Send until an answer comes that is final: accepted, or refused for good."""
        while True:
            try:
                answer = session.post(
                    f"{self._rules.url}/v1/contributions", json=submission.body, timeout=TIMEOUT_S
                )
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


@dataclass
class Tally:
    """What the players were told, in numbers."""

    accepted: list[Submission] = field(default_factory=list)
    refused: list[Submission] = field(default_factory=list)

    @classmethod
    def of(cls, submissions: list[Submission]) -> Tally:
        """Sort submissions; those without any answer are in neither list."""
        return cls(
            [one for one in submissions if one.accepted],
            [one for one in submissions if one.refusal is not None and not one.accepted],
        )
