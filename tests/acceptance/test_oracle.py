"""Three responder processes: one lies, one is killed and comes back, one is down for a while.

The tests share chain, oracle and processes: each begins with what the one before it left running,
and asks about a sample of its own.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from relayer.chain.contracts import Contract, bind
from relayer.deployment import load_deployment
from relayer.keys import Signer, create_keystore, store_key
from relayer.oracle.contract import as_bytes
from tests.acceptance.conftest import clean_environment
from tests.acceptance.processes import Process, wait_for
from tests.acceptance.rpc_gate import Hold, RpcGate
from tests.chain import ETHER, Anvil
from tests.oracle_panel import REQUESTER_KEY, RESPONDER_KEYS, fund
from tests.topic_service import FOOD, SPORT, TOPICS, WEATHER, Mood, TopicService

PASSWORD = "only for tests"
FEE_WEI = ETHER // 10
WINDOW_S = 1_200
SEND = "eth_sendRawTransaction"
#: The responder that reaches its node through the gate.
GATED = 2
STORM = b"a storm with wind"

PLAN = """\
[[trainers]]
name = "Hunch"
labels = ["apple", "river"]
classifier = {{ kind = "naive-bayes" }}

[[oracles]]
name = "Topics"
labels = {labels}
responders = {responders}
quorum = 2
min_window_s = 4
"""


@dataclass
class Newsroom:
    """An oracle deployed by the command, and the processes that answer for it."""

    folder: Path
    anvil: Anvil
    gate: RpcGate
    services: list[TopicService]
    environment: dict[str, str]
    processes: dict[int, Process] = field(default_factory=dict)
    #: Block in which the events of a test begin at the earliest.
    since: int = 0

    @property
    def oracle(self) -> Contract:
        """The oracle on chain."""
        deployment = load_deployment(self.folder / "deployment.json")
        return bind("OracleClassifier", deployment.oracles[0].address)

    def open(self, *numbers: int) -> None:
        """Let these responders run and no other; their databases are as they were left."""
        for number in set(self.processes) - set(numbers):
            self.kill(number)
        for number in set(numbers) - set(self.processes):
            self.start(number)
        self.since = self.anvil.node.head().number + 1

    def start(self, number: int) -> None:
        """Start a responder over its own database, behind the gate or straight at the node."""
        environment = self.environment | {
            "RELAYER_RPC_URL": self.gate.url if number == GATED else self.anvil.url,
            "RELAYER_ORACLE_DATABASE": str(self.folder / f"oracle-{number}.db"),
            "RELAYER_ORACLE_KEYSTORE": str(self.folder / f"responder-{number}.json"),
            "RELAYER_ORACLE_SERVICE_URL": self.services[number].url,
        }
        arguments = ["oracle", "respond"]
        self.processes[number] = Process(f"responder-{number}", arguments, environment)

    def kill(self, number: int) -> None:
        """SIGKILL."""
        self.processes.pop(number).kill()

    def ask(self, sample: bytes) -> str:
        """Request an answer; returns the id."""
        deadline = self.anvil.node.head().timestamp + WINDOW_S
        self.send("request", sample, deadline, value_wei=FEE_WEI)
        return str(self.events("Requested")[-1]["id"].hex())

    def send(self, function: str, *arguments: Any, value_wei: int = 0) -> None:
        """Call the oracle as the requester."""
        requester, node = Signer(REQUESTER_KEY).address, self.anvil.node
        node.request("anvil_impersonateAccount", [requester])
        fields = {
            "from": requester,
            "to": self.oracle.address,
            "data": "0x" + self.oracle.interface.encode(function, *arguments).hex(),
            "value": hex(value_wei),
        }
        receipt = self.anvil.await_receipt(node.request("eth_sendTransaction", [fields]))
        assert receipt.succeeded

    def end_committing(self, request_id: str) -> None:
        """Let chain time pass to half time."""
        until = self.oracle.read(self.anvil.node, "requestOf", as_bytes(request_id))["commitUntil"]
        left_s = until - self.anvil.node.head().timestamp
        self.anvil.node.request("evm_increaseTime", [hex(left_s)])

    def events(self, name: str) -> list[dict[str, Any]]:
        """All events of a name since the test began."""
        interface, node = self.oracle.interface, self.anvil.node
        topic = "0x" + interface.topic(name).hex()
        logs = node.logs([self.oracle.address], [topic], self.since, node.head().number)
        return [event[1] for event in map(interface.decode_event, logs) if event is not None]

    def of(self, request_id: str, name: str) -> list[dict[str, Any]]:
        """The events of one request."""
        return [event for event in self.events(name) if event["id"] == as_bytes(request_id)]

    def wait_for_event(self, request_id: str, name: str, count: int = 1) -> None:
        """Wait until a request has so many events of a name."""
        wait_for(
            lambda: len(self.of(request_id, name)) >= count,
            f"{count} {name}",
            *self.processes.values(),
        )

    def predict(self, sample: bytes) -> str:
        """The topic that everybody reads for free."""
        return TOPICS[self.oracle.read(self.anvil.node, "predict", sample)]


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    """Everything deployed, nobody answering yet; the first service lies."""
    tmp_path = tmp_path_factory.mktemp("newsroom")
    anvil = Anvil("--block-time", "0.5")
    gate = RpcGate(anvil.url)
    fund(anvil.node)
    services = [TopicService(Mood.LYING), TopicService(), TopicService(Mood.BY_NAME)]
    environment = {
        **clean_environment(),
        "TEST_LOGS": str(tmp_path),
        "RELAYER_RPC_URL": anvil.url,
        "RELAYER_DEPLOYMENT": str(tmp_path / "deployment.json"),
        "RELAYER_SIGNER_KEYSTORE": str(tmp_path / "signer.json"),
        "RELAYER_SIGNER_PASSWORD": PASSWORD,
        "RELAYER_ORACLE_PASSWORD": PASSWORD,
        "RELAYER_POLL_INTERVAL_S": "0.2",
        "RELAYER_RESEND_AFTER_S": "3",
        "RELAYER_CONFIRMATIONS": "1",
    }
    room = Newsroom(tmp_path, anvil, gate, services, environment)
    try:
        deploy(room)
        yield room
    finally:
        for process in room.processes.values():
            process.kill()
        for service in services:
            service.stop()
        gate.close()
        anvil.stop()


def deploy(room: Newsroom) -> None:
    create_keystore(room.folder / "signer.json", PASSWORD)
    for number, key in enumerate(RESPONDER_KEYS):
        store_key(room.folder / f"responder-{number}.json", key, PASSWORD)
    responders = [Signer(key).address for key in RESPONDER_KEYS]
    plan = room.folder / "plan.toml"
    plan.write_text(PLAN.format(labels=list(TOPICS), responders=responders), "utf-8")
    subprocess.run(
        [sys.executable, "-m", "relayer", "deploy", "--plan", str(plan), "--development"],
        env=room.environment,
        check=True,
        capture_output=True,
        timeout=120,
    )


@pytest.mark.parametrize(("hold", "sample"), [(Hold.BEFORE, WEATHER), (Hold.AFTER, STORM)])
def test_two_honest_processes_outvote_a_liar_though_one_of_them_is_killed_while_it_commits(
    newsroom: Newsroom, hold: Hold, sample: bytes
) -> None:
    newsroom.open(0, 1, GATED)
    newsroom.gate.arm(SEND, hold)
    request_id = newsroom.ask(sample)
    newsroom.gate.wait_until_held()
    newsroom.kill(GATED)
    newsroom.gate.disarm()
    newsroom.wait_for_event(request_id, "Committed", 2)
    newsroom.start(GATED)
    newsroom.wait_for_event(request_id, "Settled")
    assert newsroom.predict(sample) == "weather"
    assert len(newsroom.of(request_id, "Committed")) == 3
    assert len(newsroom.of(request_id, "Revealed")) == 3
    assert newsroom.of(request_id, "Settled")[0]["winnersMap"] == 0b110
    wait_for(lambda: len(newsroom.events("Claimed")) == 2, "both are paid")
    assert {event["amountWei"] for event in newsroom.events("Claimed")} == {FEE_WEI // 2}


def test_a_promised_label_is_told_after_a_kill_while_revealing(newsroom: Newsroom) -> None:
    newsroom.open(1, GATED)
    request_id = newsroom.ask(FOOD)
    newsroom.wait_for_event(request_id, "Committed", 2)
    newsroom.gate.arm(SEND, Hold.BEFORE)
    newsroom.end_committing(request_id)
    newsroom.gate.wait_until_held()
    newsroom.kill(GATED)
    newsroom.gate.disarm()
    newsroom.start(GATED)
    newsroom.wait_for_event(request_id, "Settled")
    assert newsroom.predict(FOOD) == "food"
    assert len(newsroom.of(request_id, "Revealed")) == 2
    wait_for(lambda: len(newsroom.events("Claimed")) == 2, "both are paid")


def test_one_honest_process_and_a_liar_make_no_answer_and_the_fee_goes_back(
    newsroom: Newsroom,
) -> None:
    newsroom.open(0, 1)
    request_id = newsroom.ask(SPORT)
    newsroom.wait_for_event(request_id, "Committed", 2)
    newsroom.end_committing(request_id)
    newsroom.wait_for_event(request_id, "Revealed", 2)
    assert newsroom.of(request_id, "Answered") == []
    newsroom.send("settle", [as_bytes(request_id)])
    newsroom.send("claim")
    assert newsroom.events("Claimed")[-1]["amountWei"] == FEE_WEI
    assert newsroom.processes.pop(1).stop() == 0, "a stopped responder ends after its turn"
