"""What each fault does to the stage. Every one ends by itself and leaves things possible."""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from tests.acceptance.rpc_gate import Hold
from tests.chain import GWEI
from tests.chaos import points
from tests.chaos.fuse import Lines, Spot
from tests.chaos.lies import Lie
from tests.chaos.proxy import RpcProxy
from tests.chaos.staff import Role
from tests.chaos.stage import CONFIRMATIONS, Stage

#: How long a process may take to get to where it shall die; then it is killed where it is.
SPOT_S = 12.0
GATE_METHODS = (
    "eth_sendRawTransaction",
    "eth_getTransactionReceipt",
    "eth_getTransactionCount",
    "eth_getLogs",
    "eth_call",
    "eth_estimateGas",
)
#: Lines after which a worker or a web under load is likely to be amid its work.
MOST_LINES = 30_000
CLOCK_JUMPS_S = (1_800.0, -1_800.0, 90.0, -90.0)

Fault = Callable[[Stage, random.Random], None]


def worker_killed_any_moment(stage: Stage, dice: random.Random) -> None:
    """SIGKILL for the worker, whatever it does."""
    time.sleep(dice.uniform(0.2, 2.5))
    stage.staff.kill(Role.WORKER)
    stage.staff.ensure_all()


def web_killed_any_moment(stage: Stage, dice: random.Random) -> None:
    """SIGKILL for the web server and its processes."""
    time.sleep(dice.uniform(0.2, 2.5))
    stage.staff.kill(Role.WEB)
    stage.staff.ensure_all()


def power_cut(stage: Stage, dice: random.Random) -> None:
    """SIGKILL for both at once."""
    time.sleep(dice.uniform(0.2, 2.5))
    stage.staff.kill(Role.WEB, Role.WORKER)
    stage.staff.ensure_all()


def worker_killed_at_point(stage: Stage, dice: random.Random) -> None:
    """The worker dies between two named steps."""
    name = dice.choice(list(points.WORKER))
    provoke = _PROVOKED.get(name, lambda stage: None)
    _die_at(stage, Role.WORKER, points.WORKER[name], provoke)


def worker_killed_at_line(stage: Stage, dice: random.Random) -> None:
    """The worker dies before some line of its own code."""
    lines = int(MOST_LINES ** dice.uniform(0.5, 1.0))
    _die_at(stage, Role.WORKER, Lines(points.WORKER_FOLDERS, lines))


def web_killed_at_point(stage: Stage, dice: random.Random) -> None:
    """The web dies amid an acceptance, at a named step or at some line."""
    spots: list[Spot] = list(points.WEB.values())
    spots.append(Lines(points.WEB_FOLDERS, dice.randrange(100, 5_000)))
    _die_at(stage, Role.WEB, dice.choice(spots))


def worker_killed_at_gate(stage: Stage, dice: random.Random) -> None:
    """The worker dies while it waits for the node: before it got the request, or after."""
    way = stage.ways[0]
    way.hold(dice.choice(GATE_METHODS), dice.choice(list(Hold)))
    way.is_held(SPOT_S)
    stage.staff.kill(Role.WORKER)
    way.let_go()
    stage.staff.ensure_all()


def reorganisation(stage: Stage, dice: random.Random) -> None:
    """The newest blocks are replaced by others, once or twice; some hold the same transactions."""
    for _ in range(dice.randrange(1, 3)):
        depth = dice.randrange(1, CONFIRMATIONS + 1)
        stage.miner.reorganise(depth, moved=dice.random() < 0.4)
        time.sleep(dice.uniform(0.3, 1.5))


def reorganisation_while_worker_is_dead(stage: Stage, dice: random.Random) -> None:
    """The worker dies, and comes back to another chain."""
    time.sleep(dice.uniform(0.2, 1.5))
    stage.staff.kill(Role.WORKER)
    stage.miner.reorganise(dice.randrange(1, CONFIRMATIONS + 1))
    stage.staff.ensure_all()


def pool_forgotten(stage: Stage, dice: random.Random) -> None:
    """The node drops what waits for a block, again and again."""
    for _ in range(6):
        stage.miner.drop_pool()
        time.sleep(dice.uniform(0.1, 0.5))


def no_blocks(stage: Stage, dice: random.Random) -> None:
    """No block for longer than the relayer's patience; what waits is dropped once."""
    with stage.miner.paused():
        time.sleep(dice.uniform(3.5, 5.0))
        stage.miner.drop_pool()


def base_fee_rises(stage: Stage, dice: random.Random) -> None:
    """The base fee jumps above what is under way offers."""
    for _ in range(6):
        stage.miner.set_base_fee(dice.randrange(8, 30) * GWEI)
        time.sleep(0.8)
    stage.miner.set_base_fee(GWEI)


def node_restarts(stage: Stage, dice: random.Random) -> None:
    """The node ends and comes back without its pool and without old states."""
    stage.restart_node()
    time.sleep(1.0)


def nodes_lie(stage: Stage, dice: random.Random) -> None:
    """A share of all answers is missing, late, broken or wrong, whichever node is asked."""
    share = dice.choice((0.05, 0.2, 0.5))
    with _lying(stage.ways, list(Lie), share):
        time.sleep(dice.uniform(4.0, 6.0))


def first_node_lies(stage: Stage, dice: random.Random) -> None:
    """The first node tells nothing but lies of one kind; the second one is honest."""
    with _lying(stage.ways[:1], [dice.choice(list(Lie))], 1.0):
        time.sleep(dice.uniform(4.0, 6.0))


def first_node_lags(stage: Stage, dice: random.Random) -> None:
    """The first node is some blocks behind, in everything that it says; then it is not."""
    with _lying(stage.ways[:1], [Lie.LAGGING], dice.choice((0.3, 1.0))):
        reorganisation(stage, dice)
        time.sleep(dice.uniform(3.0, 5.0))


def worker_killed_while_nodes_lie(stage: Stage, dice: random.Random) -> None:
    """All nodes lie, and the worker starts into it."""
    with _lying(stage.ways, list(Lie), 0.2):
        worker_killed_any_moment(stage, dice)
        time.sleep(4.0)


def disk_full(stage: Stage, dice: random.Random) -> None:
    """No process can write a byte for a while."""
    stage.staff.may_end = True
    for limit in (0, resource.RLIM_INFINITY):
        for role in Role:
            for pid in stage.staff.pids(role):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        time.sleep(3.0 if limit == 0 else 0.0)
    stage.staff.ensure_all()
    stage.staff.may_end = False


def worker_killed_while_disk_is_full(stage: Stage, dice: random.Random) -> None:
    """The worker dies on a full disk; when it is started again there is room."""
    stage.staff.may_end = True
    for pid in stage.staff.pids(Role.WORKER):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    worker_killed_any_moment(stage, dice)
    stage.staff.may_end = False


def signer_runs_dry(stage: Stage, dice: random.Random) -> None:
    """A signer's money is gone; the treasury refills it once, though the worker dies over it."""
    stage.drain(dice.randrange(2))
    worker_killed_any_moment(stage, dice)
    time.sleep(2.0)


def clock_jumps(stage: Stage, dice: random.Random) -> None:
    """The machine's clock goes wrong, and right again."""
    stage.clock.set(dice.choice(CLOCK_JUMPS_S))
    time.sleep(dice.uniform(2.0, 4.0))
    stage.clock.set(0.0)


#: All faults, by how often they come in a long run.
ALL: Final[dict[Fault, int]] = {
    worker_killed_any_moment: 2,
    web_killed_any_moment: 2,
    power_cut: 2,
    worker_killed_at_point: 6,
    worker_killed_at_line: 3,
    web_killed_at_point: 2,
    worker_killed_at_gate: 3,
    reorganisation: 3,
    reorganisation_while_worker_is_dead: 2,
    pool_forgotten: 1,
    no_blocks: 1,
    base_fee_rises: 1,
    node_restarts: 1,
    nodes_lie: 2,
    first_node_lies: 3,
    first_node_lags: 1,
    worker_killed_while_nodes_lie: 1,
    disk_full: 1,
    worker_killed_while_disk_is_full: 1,
    signer_runs_dry: 2,
    clock_jumps: 2,
}


@contextmanager
def _lying(ways: Sequence[RpcProxy], kinds: Sequence[Lie], share: float) -> Iterator[None]:
    for way in ways:
        way.lie(kinds, share)
    yield
    for way in ways:
        way.be_honest()


def _die_at(
    stage: Stage, role: Role, spot: Spot, provoke: Callable[[Stage], object] = lambda stage: None
) -> None:
    """Start the process anew with a fuse and wait until it has blown.

    Some steps are taken only when something happens: `provoke` lets it happen.
    """
    stage.staff.kill(role)
    stage.staff.ensure(role, spot)
    give_up_at = time.monotonic() + SPOT_S
    while stage.staff.runs(role) and time.monotonic() < give_up_at:
        time.sleep(0.7)
        provoke(stage)
    stage.staff.kill(role)
    stage.staff.ensure_all()


#: What makes the worker take a step that it hardly ever takes in peace.
_PROVOKED: Final[dict[str, Callable[[Stage], object]]] = {
    "fee bumped": lambda stage: stage.miner.set_base_fee(15 * GWEI),
    "stored bytes sent again": lambda stage: stage.miner.drop_pool(),
    "refilled": lambda stage: stage.drain(0),
    "block dropped, not committed": lambda stage: stage.miner.reorganise(2),
}
