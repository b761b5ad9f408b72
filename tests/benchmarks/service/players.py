"""Signed contributions as request bodies, made before the clock runs."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

from relayer.chain.eip712 import Contribution, Domain, sign_digest
from relayer.chain.keccak import checksummed, keccak
from relayer.keys import Signer
from tests.benchmarks.service.load import post

PATH = "/v1/contributions"
FEATURES = 10
MAX_FEE_GWEI = 10**9


class Crowd:
    """Players without end, each signing as many contributions as are asked of it.

    Args:
        domain: what they sign for.
        trainer: whom they teach.
        labels: labels of the model.
        per_player: contributions of one player before the next one takes over; the Forwarder
            takes 128 nonces in any order.
        first: number of the first player, so that two crowds never meet.
    """

    def __init__(
        self, domain: Domain, trainer: str, labels: int, *, per_player: int = 64, first: int = 0
    ) -> None:
        self._domain, self._trainer, self._labels = domain, trainer, labels
        self._per_player, self._next_player = per_player, first
        self._chance = random.Random(first)

    def contributions(self, count: int, deadline: int) -> list[dict[str, object]]:
        """This many requests, by new players."""
        made: list[dict[str, object]] = []
        while len(made) < count:
            key = keccak(b"player %d" % self._next_player)
            self._next_player += 1
            address = Signer(key).address
            nonces = range(min(self._per_player, count - len(made)))
            made.extend(self._contribution(key, address, nonce, deadline) for nonce in nonces)
        return made

    def singles(self, count: int, deadline: int) -> list[bytes]:
        """Requests with one contribution each."""
        return [post(PATH, _encoded(one)) for one in self.contributions(count, deadline)]

    def lists(self, count: int, size: int, deadline: int) -> list[bytes]:
        """Requests with a list of contributions each."""
        return [
            post(PATH, _encoded({"contributions": self.contributions(size, deadline)}))
            for _ in range(count)
        ]

    def _contribution(
        self, key: bytes, address: str, nonce: int, deadline: int
    ) -> dict[str, object]:
        features = sorted(self._chance.sample(range(1_000), FEATURES))
        sample = b"".join(feature.to_bytes(2, "big") for feature in features)
        message = Contribution(
            trainer=self._trainer,
            player=address,
            nonce=nonce,
            deadline=deadline,
            max_fee_gwei=MAX_FEE_GWEI,
            label=self._chance.randrange(self._labels),
            sample=sample,
        )
        signature = sign_digest(key, message.digest(self._domain))
        return {
            "message": {
                "trainer": message.trainer,
                "player": message.player,
                "nonce": nonce,
                "deadline": deadline,
                "maxFeeGwei": MAX_FEE_GWEI,
                "label": message.label,
                "sample": f"0x{sample.hex()}",
            },
            "signature": f"0x{signature.hex()}",
        }


def addresses(count: int) -> Iterator[str]:
    """Addresses that nobody has the key of."""
    return (checksummed(keccak(b"row %d" % number)[-20:]) for number in range(count))


def _encoded(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
