"""Accepting: bare GET, one by one, in lists, and the latencies at half of what is possible.

Here no worker runs: its signs of life are written by a process of their own, so that nothing is
sent while accepting is measured. Bare and real requests take short turns, so that both meet the
same machine. Lists come after the single ones, which would meet a store full of theirs.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType

from relayer.clock import SystemClock
from relayer.store import Store
from tests.benchmarks.service.halts import HaltWatch, without_halts
from tests.benchmarks.service.load import Load, LoadError, Result, get
from tests.benchmarks.service.players import Crowd
from tests.benchmarks.service.processes import Service, bare_web, relayer_web
from tests.generous import GENEROUS_VARIABLES
from tests.house import DOMAIN, ETHER, LABELS, TRAINER, House

CONNECTIONS = 16
TURNS = 12
TURN_S = 1.0
LATENCY_TURNS = 5
LATENCY_TURN_S = 3.0
LIST_SIZE = 100
#: More than this machine accepts in one turn.
SINGLES_PER_TURN = 4_000
LISTS_PER_TURN = 160
ONE_DAY_S = 80_000


class OpenHouse(AbstractContextManager["OpenHouse"]):
    """A web server over a store in which the chain looks well.

    Args:
        folder: for the database and the logs.
    """

    def __init__(self, folder: Path) -> None:
        self._house = House(folder)
        self._house.clock = SystemClock()  # type: ignore[assignment]
        # Not a thread: whenever it waited for its turn beside the load, everybody waited for it.
        self._beating = multiprocessing.get_context("fork").Process(target=self._beat, daemon=True)
        self.environment = {
            "RELAYER_DATABASE": str(folder / "relayer.db"),
            "RELAYER_DEPLOYMENT": str(folder / "deployment.json"),
            **GENEROUS_VARIABLES,
        }
        self._folder = folder
        self.web: Service | None = None
        self.port = 0

    @property
    def store(self) -> Store:
        """The store behind the server."""
        return self._house.store

    def __enter__(self) -> OpenHouse:
        self._beating.start()
        self.web, self.port = relayer_web(self._folder, self.environment)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._beating.terminate()
        self._beating.join(10)
        if self.web is not None:
            self.web.kill()
        self._house.close()

    def _beat(self) -> None:
        while True:
            self._house.open_doors(available_wei=10**9 * ETHER, daily_limit_wei=10**9 * ETHER)
            time.sleep(1.0)


def measure(folder: Path) -> dict[str, float]:
    """Every figure of accepting into an empty store."""
    crowd = Crowd(DOMAIN, TRAINER, len(LABELS))
    bare, bare_port = bare_web(folder)
    try:
        with OpenHouse(folder) as house:
            figures = _throughput(bare_port, house.port, crowd)
            return figures | _latency(bare_port, house.port, crowd, figures["accept_rps"] / 2)
    finally:
        bare.kill()


def accept_rps(port: int, crowd: Crowd, turns: int = TURNS) -> float:
    """Contributions accepted a second, one by one."""
    return _rate([_turn(port, crowd.singles(SINGLES_PER_TURN, _deadline())) for _ in range(turns)])


def _throughput(bare_port: int, port: int, crowd: Crowd) -> dict[str, float]:
    bare, singles = [], []
    request = get("/")
    for _ in range(TURNS):
        bare.append(_flat_out(bare_port, iter(lambda: request, None)))
        singles.append(_turn(port, crowd.singles(SINGLES_PER_TURN, _deadline())))
    lists = [_turn(port, crowd.lists(LISTS_PER_TURN, LIST_SIZE, _deadline())) for _ in range(TURNS)]
    return {
        "bare_get_rps": _rate(bare),
        "accept_rps": _rate(singles),
        "accept_list100_per_s": LIST_SIZE * _rate(lists),
        "accept_share_of_bare_percent": 100 * _rate(singles) / _rate(bare),
    }


def _latency(bare_port: int, port: int, crowd: Crowd, per_second: float) -> dict[str, float]:
    """Waiting times of both at the same pace, with and without the halts of the machine."""
    bare, real = Result(), Result()
    count = int(per_second * LATENCY_TURN_S)
    with HaltWatch() as watch:
        for _ in range(LATENCY_TURNS):
            _pace(bare, bare_port, [get("/")] * count, per_second, 200)
            _pace(real, port, crowd.singles(count, _deadline()), per_second, 202)
    free = without_halts(real, watch.halts)
    return {
        "accept_p50_ms": real.percentile_ms(50),
        "accept_p99_ms": real.percentile_ms(99),
        "accept_p99_ms_without_halts": free.percentile_ms(99),
        "accept_share_without_halts_percent": 100 * len(free.latencies_s) / len(real.latencies_s),
        "bare_get_p50_ms": bare.percentile_ms(50),
        "bare_get_p99_ms": bare.percentile_ms(99),
        "bare_get_p99_ms_without_halts": without_halts(bare, watch.halts).percentile_ms(99),
    }


def _pace(total: Result, port: int, requests: list[bytes], per_second: float, status: int) -> None:
    load = Load(port, CONNECTIONS)
    try:
        result = load.paced(requests, per_second, LATENCY_TURN_S)
    finally:
        load.close()
    _require(result, status)
    total.asked_at_s += result.asked_at_s
    total.latencies_s += result.latencies_s


def _turn(port: int, requests: list[bytes]) -> Result:
    result = _flat_out(port, requests)
    _require(result, 202)
    if result.sent == len(requests):
        raise LoadError("the requests ran out before the time did: prepare more of them")
    return result


def _flat_out(port: int, requests: Iterable[bytes]) -> Result:
    """Connections are new each time: those of before all processes were up are all with one."""
    load = Load(port, CONNECTIONS)
    try:
        return load.flat_out(requests, TURN_S)
    finally:
        load.close()


def _require(result: Result, status: int) -> None:
    if set(result.statuses) != {status}:
        raise LoadError(f"not everything was answered with {status}: {result.statuses}")


def _rate(results: list[Result]) -> float:
    return sum(r.sent for r in results) / sum(r.elapsed_s for r in results)


def _deadline() -> int:
    return int(time.time()) + ONE_DAY_S
