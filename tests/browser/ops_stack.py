"""A relayer on a chain for tests of the dashboard: web, worker and node can each be stopped."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from relayer.app import create_app
from relayer.keys import Signer, store_key
from relayer.ops.access.passwords import hash_password
from relayer.settings import Secret, Settings
from relayer.store import Store
from relayer.store.contributions import NewContribution
from relayer.store.ops_users import Role
from relayer.worker import Worker
from tests.browser_of_operator import PASSWORD
from tests.chain import ETHER, RELAYER_KEY, Chain, Player, make_plan, start_chain
from tests.faulty_proxy import FaultyProxy
from tests.stand_in_relayer import serving

TREASURY_KEY: Final = (0x7EA5_0001).to_bytes(32, "big")
CONFIRMATIONS: Final = 1
BLOCK_TIME_S: Final = 1
PATIENCE_S: Final = 60.0
_PASSWORD: Final = "a password of the tests"


@dataclass
class OpsStack:
    """Everything behind one dashboard."""

    chain: Chain
    settings: Settings
    root: str  #: address of the web server
    store: Store
    node: FaultyProxy  #: what the worker takes for its node
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _players: int = 0

    @property
    def url(self) -> str:
        """The first page of the dashboard."""
        return f"{self.root}/ops/"

    def start_worker(self) -> None:
        """Run a worker, as `relayer work` does."""
        self._stop = threading.Event()
        worker = Worker(self.settings)

        def work(stop: threading.Event) -> None:
            worker.run(stop)
            worker.close()

        self._thread = threading.Thread(target=work, args=(self._stop,), daemon=True)
        self._thread.start()

    def stop_worker(self) -> None:
        """End it."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(PATIENCE_S)
        self._thread = None

    def queue(self, labels: list[int]) -> list[str]:
        """Put contributions with these labels, all about the same words, into the queue."""
        self._players += 1
        player = Player(self._players, self.chain.domain)
        deadline_at, rows = self.chain.now() + 80_000, []
        for label in labels:
            trainer = self.chain.trainer.address
            message, signature = player.contribute(trainer, deadline=deadline_at, label=label)
            rows.append(
                NewContribution(
                    id="0x" + message.digest(self.chain.domain).hex(),
                    trainer=trainer,
                    player=player.address,
                    nonce=message.nonce,
                    deadline_at=deadline_at,
                    max_fee_gwei=message.max_fee_gwei,
                    label=label,
                    sample=message.sample,
                    signature=signature,
                    reserved_gwei=1_000,
                    accepted_at=time.time(),
                )
            )
        with self.store.transaction():
            self.store.contributions.insert(rows)
        return [row.id for row in rows]

    def wait_for(self, ids: list[str], status: str) -> None:
        """Return when all of these contributions stand there."""
        self.wait_until(
            lambda: (
                {row.status for row in self.store.contributions.get_many(ids).values()} == {status}
            ),
            f"all are {status}",
        )

    def wait_until(self, condition: Callable[[], bool], what: str) -> None:
        """Return when something holds."""
        give_up_at = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > give_up_at:
                raise AssertionError(f"not within {PATIENCE_S:.0f} s: {what}")
            time.sleep(0.05)

    def block_of(self, contribution: str) -> int:
        """The number of the block that holds a contribution's batch."""
        (row,) = self.store.contributions.get_many([contribution]).values()
        batch = self.store.batches.get(row.batch_id or 0)
        transaction = None if batch is None else self.store.transactions.get(batch.transaction_id)
        if transaction is None or transaction.block_number is None:
            raise AssertionError(f"no block holds {contribution}")
        return transaction.block_number

    def drop_from(self, block_number: int) -> None:
        """Let the chain lose this block and all on top; as many empty ones take their place.

        What was in them is in no pool either.
        """
        self.stop_blocks()
        depth = self.chain.node.head().number - block_number + 1
        self.chain.node.request("anvil_reorg", [depth, []])
        self.go_on_with_blocks()

    def stop_blocks(self) -> None:
        """Let no block come, neither by time nor for a transaction."""
        self.chain.node.request("evm_setIntervalMining", [0])
        self.chain.stop_mining()

    def go_on_with_blocks(self) -> None:
        """Let a block come each second."""
        self.chain.node.request("evm_setIntervalMining", [BLOCK_TIME_S])

    def empty_tank(self) -> None:
        """Let the sponsor take out what is available."""
        forwarder, key = self.chain.forwarder, self.chain.deployer_key
        amount_wei = int(self.chain.tank()["availableWei"])
        for function, given in (
            ("requestWithdrawal", (amount_wei,)),
            ("executeWithdrawal", (self.chain.sponsor,)),
        ):
            self.chain.send(key, forwarder.address, forwarder.interface.encode(function, *given))
            self.chain.pass_time(2)


@contextmanager
def running_ops_stack(folder: Path) -> Iterator[OpsStack]:
    """Start everything; what it keeps lies in `folder`."""
    chain = start_chain(folder, plan=make_plan(withdrawal_delay_s=1))
    node = FaultyProxy(chain.url)
    try:
        chain.node.request("evm_setIntervalMining", [BLOCK_TIME_S])
        treasury = Signer(TREASURY_KEY).address
        chain.node.request("anvil_setBalance", [treasury, hex(100 * ETHER)])
        settings = _settings(folder, chain, node.url)
        app = create_app(settings)
        store: Store = app.extensions["relayer"].store
        store.ops_users.add("adele", Role.ADMIN, hash_password(PASSWORD), time.time())
        with serving(app) as root:
            stack = OpsStack(chain, settings, root, store, node)
            stack.start_worker()
            yield stack
            stack.stop_worker()
        app.extensions["relayer"].stop()
    finally:
        node.close()
        chain.anvil.stop()


def _settings(folder: Path, chain: Chain, rpc_url: str) -> Settings:
    store_key(folder / "signer.json", RELAYER_KEY, _PASSWORD)
    store_key(folder / "treasury.json", TREASURY_KEY, _PASSWORD)
    fields: dict[str, Any] = {
        "rpc_url": rpc_url,
        "deployment": chain.deployment_path,
        "database": folder / "relayer.db",
        "signer_keystore": folder / "signer.json",
        "signer_password": Secret(_PASSWORD),
        "treasury_keystore": folder / "treasury.json",
        "treasury_password": Secret(_PASSWORD),
        "max_wait_s": 0.2,
        "confirmations": CONFIRMATIONS,
        "poll_interval_s": 0.2,
        "resend_after_s": 3_600.0,
        "tank_top_up_most_wei": 5 * ETHER,
        "settle_min_items": 1,
        "settle_max_delay_s": 1.0,
        "heartbeat_stale_s": 5.0,
        "stuck_amber_s": 1.0,
        "stuck_red_s": 2.0,
        "head_amber_s": 3.0,
        "head_red_s": 5.0,
        "queue_amber_s": 1.0,
        "queue_red_s": 2.0,
        "backup_amber_h": 0.0,
    }
    return Settings(**fields)
