"""A whole relayer on a chain of its own: anvil, contracts, keys, web and worker as processes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from relayer.chain.eip712 import Domain
from relayer.deployment import Deployment, load_deployment
from relayer.store import Store
from tests.benchmarks.service.load import Load, LoadError
from tests.benchmarks.service.players import Crowd
from tests.benchmarks.service.processes import Service, relayer_web, relayer_worker
from tests.chain import Anvil
from tests.generous import GENEROUS_VARIABLES

PLAN = """\
relayer_funds_wei = "100000000000000000000"

[tank]
deposit_wei = "1000000000000000000000"
daily_limit_wei = "1000000000000000000000"

[[trainers]]
name = "Hunch"
labels = ["apple", "river", "castle", "storm"]
classifier = {{ kind = "naive-bayes", inverse_alpha = 8, vocabulary = 512 }}
mechanism = {{ refund_wait_s = {refund_wait_s}, forfeit_wait_s = {forfeit_wait_s} }}
"""
#: So long that nothing is settled meanwhile.
LONG_WAITS = {"refund_wait_s": 86_400, "forfeit_wait_s": 172_800}
WAIT_S = 900.0
POLL_S = 0.02
LIST_SIZE = 100
ONE_DAY_S = 80_000
CONNECTIONS = 8


class Stage:
    """Chain, contracts and web; the worker is started and killed by the benchmark.

    Args:
        folder: an empty folder for all files.
        signers: accounts that send in parallel.
        waits: of the mechanism; default: so long that nothing is settled.
        environment: further settings.
    """

    def __init__(
        self,
        folder: Path,
        signers: int,
        *,
        waits: Mapping[str, int] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        folder.mkdir()
        self._folder = folder
        self._anvil = Anvil("--gas-limit", "60000000")
        others = [str(folder / f"signer-{number}.json") for number in range(2, signers + 1)]
        self._environment = {
            "RELAYER_RPC_URL": self._anvil.url,
            "RELAYER_DEPLOYMENT": str(folder / "deployment.json"),
            "RELAYER_DATABASE": str(folder / "relayer.db"),
            "RELAYER_SIGNER_KEYSTORE": str(folder / "signer-1.json"),
            "RELAYER_SIGNER_KEYSTORES": ",".join(others),
            "RELAYER_SIGNER_PASSWORD": "only for benchmarks",
            **GENEROUS_VARIABLES,
            **(environment or {}),
        }
        (folder / "plan.toml").write_text(PLAN.format(**(waits or LONG_WAITS)))
        self._relayer("deploy", "--development", "--plan", str(folder / "plan.toml"))
        self.store = Store(folder / "relayer.db")
        self.store.migrate()
        self.web, self.port = relayer_web(folder, self._environment)
        self.worker: Service | None = None

    @property
    def deployment(self) -> Deployment:
        """What was deployed."""
        return load_deployment(self._folder / "deployment.json")

    def crowd(self, first: int = 0) -> Crowd:
        """Players who sign for this deployment."""
        deployment = self.deployment
        domain = Domain(deployment.chain_id, deployment.forwarder)
        trainer = deployment.trainers[0]
        return Crowd(domain, trainer.address, len(trainer.labels), first=first)

    def start_worker(self) -> None:
        """Start the worker and wait until it has seen the chain."""
        started_at = time.time()
        self.worker = relayer_worker(self._folder, self._environment)
        self.wait_for(lambda: self._beats_since(started_at))

    @contextmanager
    def time_passing(self) -> Iterator[None]:
        """A block each second, also when nobody sends anything: else the chain's time stands."""
        stop = threading.Event()

        def mine() -> None:
            while not stop.wait(1.0):
                self._anvil.node.request("evm_mine", [])

        mining = threading.Thread(target=mine, daemon=True)
        mining.start()
        try:
            yield
        finally:
            stop.set()
            mining.join(30)

    def pause_sending(self) -> None:
        """Let contributions pile up in the queue."""
        self._relayer("pause", "sending", "--reason", "the queue is being filled")

    def resume_sending(self) -> None:
        """Let the worker send them."""
        self._relayer("resume", "sending")

    def submit(self, crowd: Crowd, count: int) -> None:
        """Fill the queue over HTTP, in lists."""
        load = Load(self.port, CONNECTIONS)
        requests = crowd.lists(count // LIST_SIZE, LIST_SIZE, int(time.time()) + ONE_DAY_S)
        result = load.flat_out(requests, WAIT_S)
        load.close()
        if set(result.statuses) != {202} or result.sent != len(requests):
            raise LoadError(f"not everything was accepted: {result.statuses}")

    def count(self, query: str) -> int:
        """The number that a query on the store returns."""
        with self.store.transaction() as connection:
            return int(connection.execute(query).fetchone()[0] or 0)

    def wait_for(self, condition: Callable[[], bool]) -> float:
        """Wait until a condition holds; the moment when it did."""
        give_up_at = time.monotonic() + WAIT_S
        while time.monotonic() < give_up_at:
            if condition():
                return time.time()
            time.sleep(POLL_S)
        raise TimeoutError(f"not within {WAIT_S} s; see the logs in {self._folder}")

    def close(self) -> None:
        """End everything."""
        for service in (self.worker, self.web):
            if service is not None:
                service.kill()
        self.store.close()
        self._anvil.stop()

    def _beats_since(self, moment: float) -> bool:
        beat = self.store.chain_state.view().heartbeat
        return beat is not None and beat.started_at >= moment and beat.node_reachable

    def _relayer(self, *arguments: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "relayer", *arguments],
            env={**os.environ, **self._environment},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise LoadError(f"relayer {' '.join(arguments)}: {done.stdout}{done.stderr}")
