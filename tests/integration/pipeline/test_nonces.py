"""Whatever happens, in whatever order: no nonce serves two transactions, nothing counts twice.

Random histories on a real chain: workers that die and come back, nodes that forget, blocks that
come and go, operators that cancel.
"""

from __future__ import annotations

import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from relayer.clock import ManualClock
from relayer.keys import Signer
from relayer.store.cancellations import CancelReason
from relayer.worker import Worker
from tests.chain import GWEI, Chain
from tests.kill import Fuse, FusedNode, FusedSigner, Killed
from tests.pipeline import Pipeline, make_settings

ACTIONS = (
    "queue",
    "step",
    "step",
    "mine",
    "forget",
    "kill",
    "cancel",
    "dear",
    "wait",
    "reorganise",
)


@dataclass
class History:
    """One relayer with two signers, and what befalls it."""

    chain: Chain
    folder: Path
    keys: tuple[bytes, bytes]
    clock: ManualClock
    ids: list[str] = field(default_factory=list)
    players: int = 0
    pipeline: Pipeline = field(init=False)
    fuse: Fuse = field(init=False)
    first_block: int = field(init=False)  #: what came before it is never rolled back

    def __post_init__(self) -> None:
        self.first_block = self.chain.node.head().number
        self.start()

    def start(self) -> None:
        """A new worker over the same database."""
        self.fuse = Fuse()
        config = make_settings(self.chain, self.folder, max_batch_items=2)
        worker = Worker(
            config,
            clock=self.clock,
            node=FusedNode(self.chain.url, self.fuse),
            signers=[FusedSigner(key, self.fuse) for key in self.keys],
        )
        self.pipeline = Pipeline(self.chain, config, worker)

    def do(self, action: str, number: int) -> None:
        """One of `ACTIONS`; the number chooses among its ways."""
        getattr(self, f"do_{action}")(number)

    def do_queue(self, number: int) -> None:
        count = 1 + number % 4
        signed = self.pipeline.contributions(
            count,
            players=count,
            first_player=1_000 + self.players,
            deadline=self.chain.now() + 10**6,
        )
        self.players += count
        self.ids += self.pipeline.queue(signed, deadline_at=self.chain.now() + 10**6)

    def do_step(self, _: int) -> None:
        self.pipeline.step()

    def do_mine(self, _: int) -> None:
        self.chain.set_base_fee(GWEI)

    def do_dear(self, number: int) -> None:
        self.chain.set_base_fee((5 + number) * GWEI)

    def do_forget(self, _: int) -> None:
        self.chain.node.request("anvil_dropAllTransactions", [])

    def do_wait(self, number: int) -> None:
        self.clock.advance(3 + number % 20)

    def do_cancel(self, number: int) -> None:
        self.pipeline.store.cancellations.ask(1 + number % 6, CancelReason.OPERATOR, 0.0)

    def do_reorganise(self, _: int) -> None:
        """The last block comes again without its transactions; they are back in the pool."""
        if self.chain.node.head().number > self.first_block + 2:
            self.chain.node.request("anvil_rollback", [1])

    def do_kill(self, number: int) -> None:
        self.fuse.blow_at = len(self.fuse.contacts) + 1 + number
        with suppress(Killed):
            self.pipeline.step()
        self.pipeline.worker.close()
        self.start()


def settle_down(history: History) -> None:
    """Good weather until everything is confirmed."""
    chain, pipeline = history.chain, history.pipeline
    chain.go_on_mining()
    for _ in range(150):
        chain.set_base_fee(GWEI)
        pipeline.step()
        if set(pipeline.statuses(history.ids)) <= {"confirmed"}:
            return
        history.clock.advance(30)
    raise AssertionError(f"not in good weather either: {pipeline.counts()}")


def assert_each_nonce_served_one_transaction(history: History) -> None:
    chain, store = history.chain, history.pipeline.store
    with store.transaction() as connection:
        rows = connection.execute(
            "SELECT t.signer, t.nonce, t.mined_hash, t.status, a.hash AS attempt "
            "FROM transactions AS t LEFT JOIN attempts AS a ON a.transaction_id = t.id"
        ).fetchall()
    owners = {(row["signer"], row["nonce"]) for row in rows}
    assert len(owners) == store_count(history)
    for key in history.keys:
        address = Signer(key).address
        used = chain.node.transaction_count(address)
        assert {nonce for signer, nonce in owners if signer == address} >= set(range(used))
    for row in rows:
        if row["attempt"] is not None and chain.node.receipt(row["attempt"]) is not None:
            assert row["mined_hash"] == row["attempt"], "the chain holds what the store says"


def store_count(history: History) -> int:
    with history.pipeline.store.transaction() as connection:
        return int(connection.execute("SELECT count(*) FROM transactions").fetchone()[0])


def assert_added_once(history: History) -> None:
    chain = history.chain
    topic = "0x" + chain.forwarder.interface.topic("BatchAdded").hex()
    logs = chain.node.logs([chain.forwarder.address], [topic], 0, chain.node.head().number)
    events = [chain.forwarder.interface.decode_event(entry) for entry in logs]
    added = sum(event[1]["acceptedMap"].bit_count() for event in events if event is not None)
    assert added == len(history.ids)


@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    actions=st.lists(
        st.tuples(st.sampled_from(ACTIONS), st.integers(0, 60)), min_size=15, max_size=30
    )
)
def test_no_history_uses_a_nonce_twice_or_adds_anything_twice(
    chain: Chain, actions: list[tuple[str, int]]
) -> None:
    snapshot = chain.node.request("evm_snapshot", [])
    keys = (chain.relayer_key, chain.hire(1))
    chain.stop_mining()
    with tempfile.TemporaryDirectory() as folder:
        history = History(chain, Path(folder), keys, ManualClock(float(chain.now())))
        history.do_queue(3)
        for action, number in actions:
            history.do(action, number)
        settle_down(history)
        assert_each_nonce_served_one_transaction(history)
        assert_added_once(history)
        history.pipeline.worker.close()
    chain.node.request("anvil_dropAllTransactions", [])
    chain.node.request("evm_revert", [snapshot])
