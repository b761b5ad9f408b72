"""A real chain for tests: anvil on a free port with the whole system deployed.

`deployed_chain` starts and deploys once per test session; `chain` gives each test that state by
snapshot and revert. Build what a test sends with `Player` and `make_plan`.
"""

from __future__ import annotations

import gzip
import queue
import re
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from relayer.chain.answers import Receipt
from relayer.chain.contracts import Contract, bind
from relayer.chain.eip712 import Contribution, Domain, Validation, Withdrawal, sign_digest
from relayer.chain.node import Node
from relayer.clock import SystemClock
from relayer.deploy import DeployPlan, deploy
from relayer.deployment import Deployment, TrainerEntry
from relayer.keys import Signer
from tests.ports import reserve_port

#: The native program: the script that npm links into node_modules/.bin starts Node.js first.
(ANVIL,) = (Path(__file__).parents[1] / "node_modules/@foundry-rs").glob("anvil-*/bin/anvil")
START_TIMEOUT_S = 60.0
ETHER = 10**18
GWEI = 10**9

#: Accounts of the tests, not of anvil's well-known mnemonic.
DEPLOYER_KEY = bytes.fromhex("11" * 32)
RELAYER_KEY = bytes.fromhex("22" * 32)

LABELS = ("apple", "river", "castle", "storm")


class Anvil:
    """A running anvil; its node client offers the development methods of anvil as well."""

    def __init__(self, *arguments: str, port: int = 0) -> None:
        self._process = subprocess.Popen(
            [str(ANVIL), "--port", str(port), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.url = self._await_url()
        self.node = Node(self.url)

    def stop(self) -> None:
        """End the process that this object started, and no other."""
        self._process.terminate()
        self._process.wait(30)
        self._reader.join(10)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def twin(self, folder: Path) -> Anvil:
        """Another node of the same chain as it is now; from here on each goes its own way.

        When it has stopped, nobody else listens at its address.
        """
        state = bytes.fromhex(self.node.request("anvil_dumpState", [])[2:])
        file = folder / "state.json"
        file.write_bytes(gzip.decompress(state))
        return Anvil("--load-state", str(file), port=reserve_port())

    def await_receipt(self, transaction_hash: str) -> Receipt:
        """The receipt of a transaction; anvil mines it a moment after it has answered."""
        give_up_at = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < give_up_at:
            receipt = self.node.receipt(transaction_hash)
            if receipt is not None:
                return receipt
        raise AssertionError(f"no block took {transaction_hash} within {START_TIMEOUT_S} s")

    def _await_url(self) -> str:
        lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, args=(lines,), daemon=True)
        self._reader.start()
        output = ""
        give_up_at = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < give_up_at:
            output += lines.get(timeout=START_TIMEOUT_S)
            listening = re.search(r"Listening on (\S+:\d+)", output)
            if listening:
                return f"http://{listening[1]}"
        raise AssertionError(f"anvil did not start:\n{output}")

    def _read(self, lines: queue.Queue[str]) -> None:
        """Drain the output for ever: a full pipe would stop the chain."""
        stream = self._process.stdout
        if stream is not None:
            for line in stream:
                lines.put(line)
            lines.put("")


@dataclass
class Chain:
    """A chain with the system on it."""

    anvil: Anvil
    deployment: Deployment
    deployment_path: Path
    relayer_key: bytes = RELAYER_KEY
    deployer_key: bytes = DEPLOYER_KEY

    @property
    def url(self) -> str:
        """Address of the node."""
        return self.anvil.url

    @property
    def node(self) -> Node:
        """The node."""
        return self.anvil.node

    @property
    def trainer(self) -> TrainerEntry:
        """The naive Bayes trainer."""
        return self.deployment.trainers[0]

    @property
    def perceptron(self) -> TrainerEntry:
        """The perceptron trainer."""
        return self.deployment.trainers[1]

    @property
    def domain(self) -> Domain:
        """What players sign for."""
        return Domain(self.deployment.chain_id, self.deployment.forwarder)

    @property
    def forwarder(self) -> Contract:
        """The Forwarder."""
        return bind("Forwarder", self.deployment.forwarder)

    @property
    def sponsor(self) -> str:
        """Whose tank pays."""
        return Signer(self.deployer_key).address

    @property
    def relayer(self) -> str:
        """The relayer's account."""
        return Signer(self.relayer_key).address

    def tank(self) -> Any:
        """The sponsor's tank."""
        return self.forwarder.read(self.node, "tank", self.sponsor)

    def hire(self, number: int, *, balance_wei: int = ETHER, allowed: bool = True) -> bytes:
        """One more account of the relayer, with money and the sponsor's leave; returns its key."""
        key = (0xFACE_0000 + number).to_bytes(32, "big")
        address = Signer(key).address
        self.node.request("anvil_setBalance", [address, hex(balance_wei)])
        data = self.forwarder.interface.encode("setRelayer", address, allowed)
        self.send(self.deployer_key, self.forwarder.address, data)
        return key

    def now(self) -> int:
        """Time of the newest block."""
        return self.node.head().timestamp

    def mine(self, blocks: int = 1) -> None:
        """Add empty blocks."""
        self.node.request("anvil_mine", [hex(blocks)])

    def pass_time(self, duration_s: int) -> None:
        """Let chain time pass and mine a block."""
        self.node.request("evm_increaseTime", [hex(duration_s)])
        self.mine()

    def set_base_fee(self, base_fee_wei: int) -> None:
        """Mine a block with this base fee."""
        self.node.request("anvil_setNextBlockBaseFeePerGas", [hex(base_fee_wei)])
        self.mine()

    def stop_mining(self) -> None:
        """Keep transactions in the pool until `mine` is called."""
        self.node.request("evm_setAutomine", [False])

    def go_on_mining(self) -> None:
        """Mine each transaction at once."""
        self.node.request("evm_setAutomine", [True])

    def send(self, key: bytes, to: str, data: bytes, value_wei: int = 0) -> None:
        """Send a transaction from an account of the tests and require that it succeeds."""
        sender = Signer(key).address
        self.node.request("anvil_impersonateAccount", [sender])
        transaction_hash = self.node.request(
            "eth_sendTransaction",
            [
                {
                    "from": sender,
                    "to": to,
                    "data": "0x" + data.hex(),
                    "value": hex(value_wei),
                    "gas": hex(3_000_000),
                }
            ],
        )
        receipt = self.anvil.await_receipt(transaction_hash)
        if not receipt.succeeded:
            raise AssertionError(f"transaction to {to} failed: {receipt}")


@dataclass
class Player:
    """A player that signs; nonces count up by themselves."""

    number: int
    domain: Domain
    next_nonce: int = 0
    key: bytes = field(init=False)

    def __post_init__(self) -> None:
        self.key = (0xBEEF_0000 + self.number).to_bytes(32, "big")

    @property
    def address(self) -> str:
        """The player's account."""
        return Signer(self.key).address

    def contribute(
        self,
        trainer: str,
        *,
        deadline: int,
        label: int = 0,
        features: tuple[int, ...] = (7, 21, 300),
        nonce: int | None = None,
        max_fee_gwei: int = 10**9,
    ) -> tuple[Contribution, bytes]:
        """A signed contribution."""
        message = Contribution(
            trainer=trainer,
            player=self.address,
            nonce=self._take_nonce() if nonce is None else nonce,
            deadline=deadline,
            max_fee_gwei=max_fee_gwei,
            label=label,
            sample=b"".join(feature.to_bytes(2, "big") for feature in features),
        )
        return message, sign_digest(self.key, message.digest(self.domain))

    def validate(
        self,
        trainer: str,
        contribution: int,
        *,
        deadline: int,
        nonce: int | None = None,
        max_fee_gwei: int = 10**9,
    ) -> tuple[Validation, bytes]:
        """A signed validation of the contribution with this number."""
        message = Validation(
            trainer=trainer,
            validator=self.address,
            contribution=contribution,
            nonce=self._take_nonce() if nonce is None else nonce,
            deadline=deadline,
            max_fee_gwei=max_fee_gwei,
        )
        return message, sign_digest(self.key, message.digest(self.domain))

    def withdraw(
        self, to: str, amount_wei: int, *, deadline: int, max_fee_gwei: int = 10**9
    ) -> tuple[Withdrawal, bytes]:
        """A signed withdrawal."""
        message = Withdrawal(
            player=self.address,
            to=to,
            amount_wei=amount_wei,
            nonce=self._take_nonce(),
            deadline=deadline,
            max_fee_gwei=max_fee_gwei,
        )
        return message, sign_digest(self.key, message.digest(self.domain))

    def _take_nonce(self) -> int:
        self.next_nonce += 1
        return self.next_nonce - 1


def make_plan(**overrides: Any) -> DeployPlan:
    """A plan with a naive Bayes and a perceptron trainer and short waits."""
    mechanism = {"refund_wait_s": 60, "forfeit_wait_s": 600}
    fields: dict[str, Any] = {
        "trainers": [
            {
                "name": "Hunch",
                "labels": LABELS,
                "classifier": {"kind": "naive-bayes", "inverse_alpha": 8, "vocabulary": 512},
                "mechanism": mechanism,
            },
            {
                "name": "Spam",
                "labels": ("ham", "spam"),
                "classifier": {"kind": "sparse-perceptron", "feature_count": 1008},
                "mechanism": mechanism,
            },
        ],
        "tank": {"deposit_wei": 10 * ETHER, "daily_limit_wei": 10 * ETHER},
        "relayer_funds_wei": ETHER,
    }
    return DeployPlan.model_validate(fields | overrides)


def start_chain(folder: Path, *arguments: str, plan: DeployPlan | None = None) -> Chain:
    """Start anvil and deploy; the caller stops `chain.anvil`."""
    anvil = Anvil(*arguments)
    try:
        deployer = Signer(DEPLOYER_KEY)
        anvil.node.request("anvil_setBalance", [deployer.address, hex(1_000 * ETHER)])
        path = folder / "deployment.json"
        relayers = (Signer(RELAYER_KEY).address,)
        deployment = deploy(
            anvil.node, deployer, plan or make_plan(), relayers, path, clock=SystemClock()
        )
    except BaseException:
        anvil.stop()
        raise
    return Chain(anvil, deployment, path)


@pytest.fixture(scope="session")
def deployed_chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    """One chain for the whole session; tests use `chain`."""
    chain = start_chain(tmp_path_factory.mktemp("chain"))
    yield chain
    chain.anvil.stop()


@pytest.fixture
def chain(deployed_chain: Chain) -> Iterator[Chain]:
    """The freshly deployed system; what a test does to it is undone afterwards."""
    deployed_chain.set_base_fee(GWEI)
    snapshot = deployed_chain.node.request("evm_snapshot", [])
    yield deployed_chain
    # a revert leaves the pool and the fee market as they are
    deployed_chain.node.request("anvil_dropAllTransactions", [])
    deployed_chain.go_on_mining()
    deployed_chain.node.request("evm_revert", [snapshot])
