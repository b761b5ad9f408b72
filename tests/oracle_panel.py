"""An oracle on a real chain with a panel of three, driven step by step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from relayer.chain.contracts import Contract, bind
from relayer.chain.node import Node
from relayer.clock import Clock, SystemClock
from relayer.keys import Signer
from relayer.oracle import Adapter, HttpAdapter, Responder
from relayer.oracle.contract import as_bytes
from relayer.oracle.place import place_of
from relayer.settings import Settings
from relayer.store.oracle_requests import OracleRequest
from tests.chain import ETHER, GWEI, Chain, make_plan
from tests.databases import lay_database
from tests.topic_service import TOPICS, WEATHER, TopicService

RESPONDER_KEYS = tuple(bytes([0x51 + number]) * 32 for number in range(3))
REQUESTER_KEY = bytes.fromhex("61" * 32)
FEE_WEI = ETHER // 10
WINDOW_S = 1_000
#: Rounds after which `run_until` gives up: a bound, not a wait.
ROUNDS = 40


def make_oracle_plan(**overrides: Any) -> dict[str, Any]:
    """Three responders, two of whom make a quorum."""
    return {
        "name": "Topics",
        "labels": TOPICS,
        "responders": [Signer(key).address for key in RESPONDER_KEYS],
        "quorum": 2,
        "model": "a handful of sentences",
        "min_fee_wei": GWEI,
        "min_window_s": 20,
    } | overrides


def plan_with_oracle(**overrides: Any) -> Any:
    """The usual plan, and an oracle."""
    return make_plan(oracles=[make_oracle_plan(**overrides)])


def fund(node: Node) -> None:
    """Give responders and requester money for gas."""
    for key in (*RESPONDER_KEYS, REQUESTER_KEY):
        node.request("anvil_setBalance", [Signer(key).address, hex(100 * ETHER)])


@dataclass
class Panel:
    """An oracle, those who answer for it, and somebody who asks."""

    chain: Chain
    folder: Path
    responders: list[Responder] = field(default_factory=list)

    @property
    def oracle(self) -> Contract:
        """The oracle on chain."""
        return bind("OracleClassifier", self.chain.deployment.oracles[0].address)

    def settings(self, name: str, **overrides: Any) -> Settings:
        """Settings of a responder of a test: quick confirmations, quick retries."""
        fields: dict[str, Any] = {
            "rpc_url": self.chain.url,
            "deployment": self.chain.deployment_path,
            "oracle_database": lay_database(self.folder / f"{name}.db"),
            "oracle_retry_s": 0.01,
            "oracle_timeout_s": 5.0,
            "confirmations": 2,
            "resend_after_s": 5.0,
        }
        return Settings(**(fields | overrides))

    def join(
        self,
        number: int,
        service: TopicService | Adapter,
        *,
        name: str | None = None,
        node: Node | None = None,
        clock: Clock | None = None,
        signer: Signer | None = None,
        **overrides: Any,
    ) -> Responder:
        """A responder over its own database, new or as an earlier one left it."""
        settings = self.settings(name or f"responder-{number}", **overrides)
        clock = clock or SystemClock()
        responder = Responder(
            settings,
            place_of(settings, self.chain.deployment),
            signer or Signer(RESPONDER_KEYS[number]),
            self._adapter(service, settings),
            node=node or Node(self.chain.url),
            clock=clock,
        )
        self.responders.append(responder)
        return responder

    def leave(self, responder: Responder) -> None:
        """Close a responder; its database stays."""
        self.responders.remove(responder)
        responder.close()

    def ask(
        self, sample: bytes = WEATHER, *, fee_wei: int = FEE_WEI, window_s: int = WINDOW_S
    ) -> str:
        """Request an answer; returns the id."""
        data = self.oracle.interface.encode("request", sample, self.chain.now() + window_s)
        self.chain.send(REQUESTER_KEY, self.oracle.address, data, fee_wei)
        return "0x" + bytes(self.events("Requested")[-1]["id"]).hex()

    def turn(self) -> None:
        """One turn of everybody; the services are waited for."""
        for responder in self.responders:
            responder.poll()
            responder.inquiries.wait(10)

    def run_until(self, condition: Callable[[], bool]) -> None:
        """Turns and adds blocks until the condition holds; a bound, no sleep."""
        for _ in range(ROUNDS):
            self.turn()
            if condition():
                return
            self.chain.mine()
        raise AssertionError(f"not after {ROUNDS} rounds: {self.names()}")

    def pass_to(self, moment: str, request_id: str) -> None:
        """Let chain time pass to `commitUntil` or `deadline` of a request."""
        self.chain.pass_time(self.request(request_id)[moment] - self.chain.now())

    def request(self, request_id: str) -> dict[str, Any]:
        """A request as it stands on chain."""
        found: dict[str, Any] = self.oracle.read(self.chain.node, "requestOf", as_bytes(request_id))
        return found

    def is_answered(self, request_id: str) -> Callable[[], bool]:
        """A condition for `run_until`."""
        return lambda: bool(self.request(request_id)["answered"])

    def is_settled(self, request_id: str) -> Callable[[], bool]:
        """A condition for `run_until`."""
        return lambda: bool(self.request(request_id)["settled"])

    def stands(self, index: int, request_id: str, status: str) -> Callable[[], bool]:
        """A condition for `run_until`: what a responder remembers of a request."""
        room = self.responders[index].store.oracle_requests

        def condition() -> bool:
            row = room.get(request_id)
            return row is not None and row.status == status

        return condition

    def row(self, index: int, request_id: str) -> OracleRequest:
        """What a responder remembers of a request."""
        row = self.responders[index].store.oracle_requests.get(request_id)
        if row is None:
            raise AssertionError(f"the request {request_id} is not known")
        return row

    def predict(self, sample: bytes) -> int:
        """What everybody reads for free."""
        return int(self.oracle.read(self.chain.node, "predict", sample))

    def claimable_wei(self, number: int) -> int:
        """What a responder may claim."""
        address = Signer(RESPONDER_KEYS[number]).address
        return int(self.oracle.read(self.chain.node, "claimableWei", address))

    def events(self, name: str) -> list[dict[str, Any]]:
        """All events of a name, in order."""
        interface, node = self.oracle.interface, self.chain.node
        topic = "0x" + interface.topic(name).hex()
        logs = node.logs([self.oracle.address], [topic], 0, node.head().number)
        decoded = [interface.decode_event(entry) for entry in logs]
        return [event[1] for event in decoded if event is not None]

    def said(self, request_id: str) -> dict[str, int]:
        """Who revealed which label."""
        return {
            event["responder"]: event["label"]
            for event in self.events("Revealed")
            if event["id"] == as_bytes(request_id)
        }

    def names(self) -> list[str]:
        """All that happened, for messages."""
        kinds: Sequence[str] = ("Requested", "Committed", "Revealed", "Answered", "Settled")
        return [f"{kind} {len(self.events(kind))}" for kind in kinds]

    def close(self) -> None:
        """End everything that this panel opened."""
        for responder in list(self.responders):
            self.leave(responder)

    @staticmethod
    def _adapter(service: TopicService | Adapter, settings: Settings) -> Adapter:
        if not isinstance(service, TopicService):
            return service
        return HttpAdapter(
            service.url,
            timeout_s=settings.oracle_timeout_s,
            max_answer_bytes=settings.oracle_max_answer_bytes,
            clock=SystemClock(),
        )
