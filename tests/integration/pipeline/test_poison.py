"""One bad contribution that nobody can name ends alone, with its reason; the others take effect."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from relayer.chain.errors import NodeRefusalError
from relayer.chain.node import Node
from relayer.clock import ManualClock
from tests.chain import GWEI, Chain
from tests.pipeline import Pipeline

#: Features that no other contribution of these tests has.
POISON = (0x0BAD, 0x0BAE, 0x0BAF)
MARK = bytes.fromhex("0bad0bae0baf")


class PickyNode(Node):
    """A node with its own ways where bytes hold the mark."""

    def __init__(self, chain: Chain) -> None:
        super().__init__(chain.url)
        self.chain = chain
        self.rejects = self.reverts = self.refuses_to_rehearse = False
        self.marks: tuple[bytes, ...] = (MARK,)

    def is_marked(self, data: bytes) -> bool:
        return any(mark in data for mark in self.marks)

    def send_raw(self, raw: bytes) -> str:
        """Rejects marked bytes, or lets the chain revert them."""
        if self.rejects and self.is_marked(raw):
            raise NodeRefusalError("eth_sendRawTransaction", -32000, "exceeds block gas limit")
        if not (self.reverts and self.is_marked(raw)):
            return super().send_raw(raw)
        self.pause(paused=True)
        transaction_hash = super().send_raw(raw)
        self.chain.anvil.await_receipt(transaction_hash)
        self.pause(paused=False)
        return transaction_hash

    def pause(self, *, paused: bool) -> None:
        data = self.chain.forwarder.interface.encode("setPaused", paused)
        self.chain.send(self.chain.deployer_key, self.chain.forwarder.address, data)

    def call(self, to: str, data: bytes, **rest: Any) -> bytes:
        """Refuses to rehearse marked bytes."""
        if self.refuses_to_rehearse and self.is_marked(data):
            raise NodeRefusalError("eth_call", -32000, "stack limit reached 1024")
        return super().call(to, data, **rest)


def start(chain: Chain, folder: Path, **overrides: Any) -> tuple[Pipeline, PickyNode, ManualClock]:
    node, clock = PickyNode(chain), ManualClock(float(chain.now()))
    return Pipeline.start(chain, folder, node=node, clock=clock, **overrides), node, clock


def queue_with_poison(pipeline: Pipeline, innocent: int) -> tuple[list[str], list[str]]:
    """Innocent contributions and a bad one in their midst."""
    late = {"deadline": pipeline.chain.now() + 500_000}
    good = pipeline.contributions(innocent, players=innocent, **late)
    bad = pipeline.contributions(1, players=1, first_player=90, features=POISON, **late)
    middle = innocent // 2
    ids = pipeline.queue([*good[:middle], *bad, *good[middle:]], deadline_at=late["deadline"])
    return [*ids[:middle], *ids[middle + 1 :]], [ids[middle]]


def turn_until(pipeline: Pipeline, clock: ManualClock, condition: Callable[[], bool]) -> None:
    for _ in range(120):
        pipeline.step()
        if condition():
            return
        pipeline.chain.mine()
        clock.advance(30)
    raise AssertionError(f"not after 120 rounds; statuses: {pipeline.counts()}")


def sent(pipeline: Pipeline) -> int:
    with pipeline.store.transaction() as connection:
        return int(connection.execute("SELECT count(*) FROM transactions").fetchone()[0])


def suspects(pipeline: Pipeline) -> int:
    return pipeline.store.suspects.counts(0.0)[0]


def test_culprit_that_nodes_reject_fails_alone(chain: Chain, tmp_path: Path) -> None:
    pipeline, node, clock = start(chain, tmp_path)
    good, bad = queue_with_poison(pipeline, 7)
    node.rejects = True
    turn_until(pipeline, clock, pipeline.all_are(bad, "failed"))
    turn_until(pipeline, clock, pipeline.all_are(good, "confirmed"))
    assert pipeline.rows(bad)[0].reason == "rejected-by-node"
    assert suspects(pipeline) == 0
    assert sent(pipeline) <= 10
    assert chain.node.transaction_count(chain.relayer) == sent(pipeline), "no nonce is left open"


def test_what_no_node_takes_at_the_fee_cap_does_not_stop_its_lane(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline, node, clock = start(chain, tmp_path, max_fee_per_gas_cap_wei=2 * GWEI)
    chain.set_base_fee(GWEI + GWEI // 2)
    node.rejects = True
    good, bad = queue_with_poison(pipeline, 2)
    pipeline.step()
    chain.set_base_fee(GWEI)
    turn_until(pipeline, clock, pipeline.all_are(good, "confirmed"))
    turn_until(pipeline, clock, pipeline.all_are(bad, "failed"))


def test_culprit_that_makes_blocks_revert_fails_alone(chain: Chain, tmp_path: Path) -> None:
    pipeline, node, clock = start(chain, tmp_path)
    good, bad = queue_with_poison(pipeline, 7)
    node.reverts = True
    turn_until(pipeline, clock, pipeline.all_are(bad, "failed"))
    turn_until(pipeline, clock, pipeline.all_are(good, "confirmed"))
    row = pipeline.rows(bad)[0]
    assert (row.reason, row.detail) == ("reverted", "Every transaction that carried it reverted.")
    assert suspects(pipeline) == 0
    assert sent(pipeline) <= 10


def test_culprit_for_a_moment_takes_effect_in_the_end(chain: Chain, tmp_path: Path) -> None:
    pipeline, node, clock = start(chain, tmp_path)
    good, bad = queue_with_poison(pipeline, 3)
    node.reverts = True
    turn_until(pipeline, clock, lambda: suspects(pipeline) > 0)
    node.reverts = False
    turn_until(pipeline, clock, pipeline.all_are([*good, *bad], "confirmed"))
    assert suspects(pipeline) == 0


def test_tries_are_bounded_when_everything_reverts(chain: Chain, tmp_path: Path) -> None:
    pipeline, node, clock = start(chain, tmp_path, max_tries=2)
    good, bad = queue_with_poison(pipeline, 3)
    node.reverts, node.marks = True, (b"",)
    turn_until(pipeline, clock, pipeline.all_are([*good, *bad], "failed"))
    assert {row.reason for row in pipeline.rows([*good, *bad])} == {"reverted"}
    assert sent(pipeline) == 3, "four at once, then two by two"


def test_newcomers_do_not_share_a_batch_with_suspects(chain: Chain, tmp_path: Path) -> None:
    pipeline, node, clock = start(chain, tmp_path)
    _, bad = queue_with_poison(pipeline, 3)
    node.reverts = True
    turn_until(pipeline, clock, lambda: suspects(pipeline) > 0)
    later = pipeline.queue(
        pipeline.contributions(
            4, first_player=40, players=4, label=1, deadline=chain.now() + 500_000
        ),
        deadline_at=chain.now() + 500_000,
    )
    turn_until(pipeline, clock, pipeline.all_are(later, "confirmed"))
    turn_until(pipeline, clock, pipeline.all_are(bad, "failed"))
    with pipeline.store.transaction() as connection:
        [[companies]] = connection.execute(
            "SELECT count(DISTINCT batch_id) FROM contributions WHERE id IN (?, ?, ?, ?)", later
        ).fetchall()
    assert companies == 1


def test_no_contribution_ends_because_a_node_refuses_to_rehearse_it(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline, node, clock = start(chain, tmp_path)
    good, bad = queue_with_poison(pipeline, 7)
    node.refuses_to_rehearse = True
    turn_until(pipeline, clock, pipeline.all_are(good, "confirmed"))
    assert pipeline.statuses(bad) == ["queued"]
    beat = pipeline.store.chain_state.view().heartbeat
    assert beat is not None
    assert "they wait apart: 1" in (beat.detail or "")
    node.refuses_to_rehearse = False
    turn_until(pipeline, clock, pipeline.all_are(bad, "confirmed"))
    assert suspects(pipeline) == 0
