"""A chain with two blocks a second, the system deployed by the command, and a gate before it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests

from relayer.chain.contracts import bind
from relayer.chain.eip712 import Contribution, Domain
from relayer.chain.node import Node
from relayer.deployment import Deployment, load_deployment
from relayer.keys import create_keystore
from relayer.settings.sources import PREFIX
from tests.acceptance.processes import Process, wait_for
from tests.acceptance.rpc_gate import RpcGate
from tests.chain import Anvil, Player
from tests.ports import reserve_port

PLAN = """\
relayer_funds_wei = "1000000000000000000"

[tank]
deposit_wei = "10000000000000000000"
daily_limit_wei = "10000000000000000000"

[[trainers]]
name = "Hunch"
labels = ["apple", "river", "castle", "storm"]
classifier = { kind = "naive-bayes", inverse_alpha = 8, vocabulary = 512 }
mechanism = { refund_wait_s = 3, forfeit_wait_s = 12 }
"""

PASSWORD = "only for tests"


@dataclass
class Site:
    """Everything that one relayer consists of, and the chain behind it.

    Tests that only kill and go on may share it, as a relayer that is killed again and again: each
    begins with whatever the one before it left running, and with players of its own.
    """

    folder: Path
    anvil: Anvil
    gate: RpcGate
    environment: dict[str, str]
    port: int = field(default_factory=reserve_port)
    web: Process | None = None
    worker: Process | None = None
    #: Players who have contributed so far.
    players: int = 0

    @property
    def node(self) -> Node:
        """The node itself, not the gate."""
        return self.anvil.node

    @property
    def url(self) -> str:
        """Address of the service."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def deployment(self) -> Deployment:
        """What was deployed."""
        return load_deployment(self.folder / "deployment.json")

    @property
    def domain(self) -> Domain:
        """What players sign for."""
        return Domain(self.deployment.chain_id, self.deployment.forwarder)

    def open(self) -> None:
        """Start what does not run, and wait until the service accepts contributions."""
        if self.web is None:
            self.start_web()
        if self.worker is None:
            self.start_worker()
        self.wait_until_ready()

    def kill_worker(self) -> None:
        """SIGKILL for the worker."""
        assert self.worker is not None
        self.worker.kill()
        self.worker = None

    def kill_web(self) -> None:
        """SIGKILL for the service."""
        assert self.web is not None
        self.web.kill()
        self.web = None

    def stop_worker(self) -> int:
        """SIGTERM for the worker, and its exit code."""
        assert self.worker is not None
        worker, self.worker = self.worker, None
        return worker.stop()

    def start_web(self) -> None:
        """Start the service and wait until it answers."""
        self.web = Process("web", ["web", "--port", str(self.port)], self.environment)
        wait_for(self._web_answers, "the service answers", self.web)

    def start_worker(self) -> None:
        """Start the worker."""
        self.worker = Process("worker", ["work"], self.environment)

    def wait_until_ready(self) -> None:
        """Wait until the service accepts contributions."""
        processes = [process for process in (self.web, self.worker) if process is not None]
        wait_for(self._is_ready, "the service is ready", *processes)

    def post(self, signed: list[tuple[Contribution, bytes]]) -> list[str]:
        """Submit contributions one by one; every one must be accepted."""
        return [self.post_one(message, signature) for message, signature in signed]

    def post_one(self, message: Contribution, signature: bytes) -> str:
        """Submit one contribution and return its id."""
        answer = requests.post(
            f"{self.url}/v1/contributions", json=as_json(message, signature), timeout=30
        )
        assert answer.status_code in (200, 202), answer.text
        return str(answer.json()["id"])

    def statuses(self, ids: list[str]) -> list[str]:
        """Where contributions stand, as the API says."""
        return [
            requests.get(f"{self.url}/v1/contributions/{i}", timeout=30).json()["status"]
            for i in ids
        ]

    def stand_at(self, ids: list[str], status: str) -> bool:
        """Whether all contributions stand there; the first that does not ends the asking."""
        return all(self.statuses([identity]) == [status] for identity in reversed(ids))

    def wait_until(self, ids: list[str], status: str) -> None:
        """Wait until all contributions stand there."""
        processes = [process for process in (self.web, self.worker) if process is not None]
        wait_for(lambda: self.stand_at(ids, status), f"all are {status}", *processes)

    def assert_on_chain_exactly_once(self, ids: list[str], since: int = 0) -> None:
        """Read from the chain that each contribution took effect once and settled once.

        Args:
            ids: all contributions that were accepted from a block on.
            since: that block.
        """
        added = self._events("BatchAdded", since)
        settled = self._events("BatchSettled", since)
        skipped = self._events("ItemSkipped", since)
        assert sum(event["acceptedMap"].bit_count() for event in added) == len(ids)
        assert skipped == [], "something was sent a second time"
        counts = [(e["refundedMap"] | e["forfeitedMap"]).bit_count() for e in settled]
        assert sum(counts) == len(ids)

    def _events(self, name: str, since: int) -> list[dict[str, int]]:
        forwarder = bind("Forwarder", self.deployment.forwarder)
        topic = "0x" + forwarder.interface.topic(name).hex()
        head = self.node.head().number
        logs = self.node.logs([forwarder.address], [topic], since, head)
        decoded = [forwarder.interface.decode_event(log) for log in logs]
        return [event[1] for event in decoded if event is not None]

    def _web_answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/healthz", timeout=5).ok
        except requests.RequestException:
            return False

    def _is_ready(self) -> bool:
        return requests.get(f"{self.url}/readyz", timeout=30).ok


def as_json(message: Contribution, signature: bytes) -> dict[str, object]:
    """The body of a submission."""
    return {
        "message": {
            "trainer": message.trainer,
            "player": message.player,
            "nonce": message.nonce,
            "deadline": message.deadline,
            "maxFeeGwei": message.max_fee_gwei,
            "label": message.label,
            "sample": "0x" + message.sample.hex(),
        },
        "signature": "0x" + signature.hex(),
    }


def make_signed(site: Site, count: int) -> list[tuple[Contribution, bytes]]:
    """Contributions of as many new players, signed for the next hour."""
    deadline = site.node.head().timestamp + 3_600
    domain, trainer = site.domain, site.deployment.trainers[0].address
    first, site.players = site.players, site.players + count
    return [
        Player(number, domain).contribute(
            trainer,
            deadline=deadline,
            label=number % 4,
            features=(10 * (number % 4) + 1, 10 * (number % 4) + 2),
        )
        for number in range(first, first + count)
    ]


def clean_environment() -> dict[str, str]:
    """The environment without the settings of the machine that runs the tests."""
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}


@contextmanager
def open_site(tmp_path: Path) -> Iterator[Site]:
    """A site with everything deployed and nothing running yet but chain and gate."""
    anvil = Anvil("--block-time", "0.5")
    gate = RpcGate(anvil.url)
    environment = {
        **clean_environment(),
        "TEST_LOGS": str(tmp_path),
        "RELAYER_RPC_URL": gate.url,
        "RELAYER_DEPLOYMENT": str(tmp_path / "deployment.json"),
        "RELAYER_DATABASE": str(tmp_path / "relayer.db"),
        "RELAYER_SIGNER_KEYSTORE": str(tmp_path / "signer.json"),
        "RELAYER_SIGNER_PASSWORD": PASSWORD,
        "RELAYER_MAX_WAIT_S": "0.4",
        "RELAYER_POLL_INTERVAL_S": "0.2",
        "RELAYER_WEB_WORKERS": "1",
        "RELAYER_SETTLE_MIN_ITEMS": "1",
        "RELAYER_SETTLE_MAX_DELAY_S": "1",
        "RELAYER_RESEND_AFTER_S": "3",
        "RELAYER_MIN_DEADLINE_S": "1",
    }
    site = Site(tmp_path, anvil, gate, environment)
    create_keystore(tmp_path / "signer.json", PASSWORD)
    try:
        deploy(site)
        yield site
    finally:
        for process in (site.web, site.worker):
            if process is not None:
                process.kill()
        gate.close()
        anvil.stop()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A site of a test's own."""
    with open_site(tmp_path) as site:
        yield site


def deploy(site: Site) -> None:
    """Run `relayer deploy` on the development chain."""
    plan = site.folder / "plan.toml"
    plan.write_text(PLAN)
    command = [sys.executable, "-m", "relayer", "deploy", "--development", "--plan", str(plan)]
    done = subprocess.run(
        command, env=site.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
