"""Everything that one relayer consists of: chain, proxies, processes, files."""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from eth_account import Account

from relayer.keys import Signer
from tests.chain import ETHER, LABELS, RELAYER_KEY, Anvil, Chain, make_plan, start_chain
from tests.chaos.clock import WrongClock
from tests.chaos.entry import CLOCK_VARIABLE
from tests.chaos.miner import Miner
from tests.chaos.nursery import Nursery
from tests.chaos.proxy import RpcProxy
from tests.chaos.staff import Staff
from tests.generous import GENEROUS
from tests.ports import reserve_port

#: Stakes so high that what liars lose is worth a withdrawal to the others.
STAKES = {
    "refund_wait_s": 3,
    "forfeit_wait_s": 12,
    "min_stake_wei": ETHER // 20,
    "max_stake_wei": ETHER // 10,
}
#: What nobody confirms soon is settled without a point.
GAMIFIED = {"kind": "gamified", "distinct_validators": 0, "lapse_wait_s": 15}
PASSWORD = "only for tests"
REPOSITORY = Path(__file__).parents[2]
TREASURY_KEY = bytes.fromhex("55" * 32)
#: What a signer has left when it runs dry.
DRY_WEI = ETHER // 1_000
#: A block with so many on top is final; no reorganisation of the harness goes deeper.
CONFIRMATIONS = 4
READY_S = 120.0
#: Nodes that the relayer knows; behind them is the same chain.
WAYS = 2


@dataclass
class Stage:
    """A chain with the system on it, the ways to it, and the processes of one relayer."""

    folder: Path
    chain: Chain
    miner: Miner
    ways: tuple[RpcProxy, ...]
    clock: WrongClock
    staff: Staff
    port: int
    signers: tuple[str, ...]
    #: How often a signer ran dry; the treasury may refill as often.
    drains: int = 0

    @property
    def url(self) -> str:
        """Address of the service."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def database(self) -> Path:
        """The relayer's store."""
        return self.folder / "relayer.db"

    def is_ready(self) -> bool:
        """Whether the service accepts contributions."""
        try:
            return requests.get(f"{self.url}/readyz", timeout=5).ok
        except requests.RequestException:
            return False

    def wait_until_ready(self, within_s: float = READY_S) -> None:
        """Wait until the service accepts contributions, starting again what has died.

        Raises:
            AssertionError: it does not.
        """
        give_up_at = time.monotonic() + within_s
        while time.monotonic() < give_up_at:
            self.staff.ensure_all()
            if self.is_ready():
                return
            time.sleep(0.1)
        logs = "\n".join(log.read_text("utf-8")[-2000:] for log in self.folder.glob("*.log"))
        raise AssertionError(f"not ready within {within_s:.0f} s\n{logs}")

    def drain(self, number: int) -> None:
        """Take a signer's money away, unless it is gone already."""
        address = self.signers[number % len(self.signers)]
        with self.miner.paused():
            if self.chain.node.balance_wei(address) <= DRY_WEI:
                return
            self.drains += 1
            self.chain.node.request("anvil_setBalance", [address, hex(DRY_WEI)])

    def restart_node(self) -> None:
        """Let the node process end and another one come up from its files, without its pool."""
        with self.miner.paused():
            self.chain.anvil.stop()
            self.chain.anvil = Anvil(*node_arguments(self.folder), "--no-mining")
            self.miner.node = self.chain.anvil.node
            for way in self.ways:
                way.target = self.chain.anvil.url

    def close(self) -> None:
        """End all processes that this stage started."""
        self.staff.dismiss()
        self.miner.stop()
        for way in self.ways:
            way.close()
        self.chain.anvil.stop()


def node_arguments(folder: Path) -> tuple[str, ...]:
    """Flags of the node: when it ends it writes its chain down, and comes back with it."""
    return ("--state", str(folder / "chain.json"))


def set_up(
    folder: Path, seed: int, tell: Callable[[str], None] = lambda line: None, **settings: Any
) -> Stage:
    """Deploy everything; no process of the relayer runs yet.

    Args:
        folder: for all files.
        seed: of the proxy's dice.
        tell: is told what happens, in a line.
        settings: of the relayer, beside those that make it quick.
    """
    nursery = Nursery(os.environ | {"PYTHONPATH": str(REPOSITORY)})
    plan = make_plan(
        trainers=[_trainer("Hunch", STAKES), _trainer("Party", GAMIFIED)],
        tank={"deposit_wei": 500 * ETHER, "daily_limit_wei": 500 * ETHER},
        relayer_funds_wei=100 * ETHER,
    )
    chain = start_chain(folder, *node_arguments(folder), plan=plan)
    keys = {"signer": RELAYER_KEY, "second": chain.hire(1), "treasury": TREASURY_KEY}
    treasury = Signer(TREASURY_KEY).address
    chain.node.request("anvil_setBalance", [treasury, hex(1_000 * ETHER)])
    chain.stop_mining()
    miner = Miner(chain.node, chain.node.head().number)
    miner.mine(CONFIRMATIONS)
    ways = tuple(RpcProxy(chain.url, random.Random(seed + number)) for number in range(WAYS))
    for name, key in keys.items():
        _store_key(folder / f"{name}.json", key)
    clock = WrongClock(folder / "clock")
    port = reserve_port()
    environment = _environment(folder, [way.url for way in ways], port, settings)
    miner.start()
    staff = Staff(nursery, environment, folder, tell)
    signers = tuple(Signer(keys[name]).address for name in ("signer", "second"))
    return Stage(folder, chain, miner, ways, clock, staff, port, signers)


def _trainer(name: str, mechanism: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "labels": LABELS,
        "classifier": {"kind": "naive-bayes", "inverse_alpha": 8, "vocabulary": 512},
        "mechanism": mechanism,
    }


def _store_key(path: Path, key: bytes) -> None:
    """An encrypted key file that opens at once: workers start often here."""
    keystore = Account.encrypt(key, PASSWORD, kdf="pbkdf2", iterations=1)
    path.write_text(json.dumps(keystore), "utf-8")
    path.chmod(0o600)


def _environment(
    folder: Path, urls: list[str], port: int, settings: dict[str, Any]
) -> dict[str, str]:
    quick = {
        "rpc_url": urls[0],
        "rpc_urls": ",".join(urls[1:]),
        "deployment": folder / "deployment.json",
        "database": folder / "relayer.db",
        "signer_keystore": folder / "signer.json",
        "signer_password": PASSWORD,
        "signer_keystores": folder / "second.json",
        "treasury_keystore": folder / "treasury.json",
        "treasury_password": PASSWORD,
        "port": port,
        "web_workers": 1,
        "confirmations": CONFIRMATIONS,
        "max_wait_s": 0.4,
        "poll_interval_s": 0.2,
        "resend_after_s": 3,
        "settle_min_items": 5,
        "settle_max_delay_s": 2,
        # a third of what the players send is meant to lapse or to be forfeited
        "breaker_percent": 90,
        **GENEROUS,
    }
    named = {f"RELAYER_{name.upper()}": str(value) for name, value in (quick | settings).items()}
    own = {
        "PYTHONPATH": str(REPOSITORY),
        CLOCK_VARIABLE: str(folder / "clock"),
    }
    kept = {name: value for name, value in os.environ.items() if name[:8] != "RELAYER_"}
    return kept | named | own
