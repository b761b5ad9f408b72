"""Every step may be taken by somebody else first: the worker goes on from where the market is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from relayer.chain.answers import Log
from relayer.chain.contracts import bind
from relayer.chain.errors import NodeRefusalError
from relayer.chain.node import Node
from relayer.clock import ManualClock
from relayer.keys import Signer
from relayer.market.public_data import read_public_data
from relayer.market.steps import Step, draw_step, public_step, replay_step
from relayer.market.view import Phase
from tests.chain import GWEI, Chain
from tests.fair import PHASE_S, STRANGER_KEY, Fair
from tests.pipeline import Pipeline


def make_fair(chain: Chain, folder: Path) -> Fair:
    return Fair(chain, Pipeline.start(chain, folder), folder)


def run_to_replay(fair: Fair) -> list[str]:
    fair.open()
    ids = fair.contribute(6)
    fair.pipeline.run_until(fair.pipeline.all_are(ids, "confirmed"))
    fair.end_participation()
    fair.reveal()
    return ids


def due_step(fair: Fair) -> Step:
    """What anybody would do next, worked out from public data alone."""
    view = fair.view
    if view.phase is not Phase.REPLAY:
        step = public_step(view)
        assert step is not None
        return step
    data_handler = bind("DataHandler", fair.entry.data_handler)
    head = fair.chain.node.head().number
    return replay_step(
        view, read_public_data(fair.chain.node, fair.contract, data_handler, 0, head)
    )


def take_as_stranger(fair: Fair, step: Step, size: int) -> None:
    fair.chain.send(STRANGER_KEY, fair.entry.address, step.encode(size))


def send_ahead_of_all(fair: Fair, data: bytes) -> None:
    """A stranger's transaction that the next block takes before those that wait."""
    sender = Signer(STRANGER_KEY).address
    node = fair.chain.node
    node.request("anvil_impersonateAccount", [sender])
    fields = {"from": sender, "to": fair.entry.address, "data": "0x" + data.hex()}
    fees = {"maxFeePerGas": hex(500 * GWEI), "maxPriorityFeePerGas": hex(400 * GWEI)}
    node.request("eth_sendTransaction", [{**fields, **fees, "gas": hex(8_000_000)}])


def steps_by_result(fair: Fair) -> list[tuple[str, bool]]:
    with fair.pipeline.store.transaction() as connection:
        rows = connection.execute(
            "SELECT m.step, t.succeeded FROM market_steps AS m "
            "JOIN transactions AS t ON t.id = m.transaction_id ORDER BY m.id"
        ).fetchall()
    return [(row["step"], bool(row["succeeded"])) for row in rows]


def test_a_whole_market_that_others_drive_costs_the_worker_nothing(
    chain: Chain, tmp_path: Path
) -> None:
    fair = make_fair(chain, tmp_path)
    test_set = fair.commit()
    take_as_stranger(fair, draw_step(fair.view), 1)
    fair.provider().open_or_reveal(test_set)
    ids = fair.contribute(6)
    fair.pipeline.run_until(fair.pipeline.all_are(ids, "confirmed"))
    fair.end_participation()
    fair.reveal()
    while fair.view.phase is not Phase.CLOSED:
        step = due_step(fair)
        take_as_stranger(fair, step, step.most)
    fair.pipeline.run_until(fair.pipeline.all_are(ids, "settled"))
    assert fair.payouts() == fair.expected().payouts_wei
    assert steps_by_result(fair) == []


def test_a_part_of_the_replay_that_others_did_is_not_done_again(
    chain: Chain, tmp_path: Path
) -> None:
    fair = make_fair(chain, tmp_path)
    ids = run_to_replay(fair)
    take_as_stranger(fair, due_step(fair), 5)
    before = fair.view.cursor
    assert 0 < before.trained < 6
    fair.pipeline.run_until(fair.pipeline.all_are(ids, "settled"))
    assert fair.payouts() == fair.expected().payouts_wei
    assert steps_by_result(fair)[1:] == [("replay", True), ("passes", True)]


@pytest.mark.parametrize("name", ["draw", "replay", "passes", "lapse"])
def test_a_step_that_another_transaction_overtakes_reverts_and_the_market_goes_on(
    chain: Chain, tmp_path: Path, name: str
) -> None:
    fair = make_fair(chain, tmp_path)
    if name == "draw":
        fair.commit()
    elif name == "lapse":
        fair.commit()
        chain.pass_time(PHASE_S)
    else:
        run_to_replay(fair)
        if name == "passes":
            # Were the worker to replay, it might play the passes before anybody looks.
            replay = due_step(fair)
            take_as_stranger(fair, replay, replay.most)
            assert fair.view.phase is Phase.PASSES
    chain.stop_mining()
    fair.pipeline.step()
    assert steps_waiting(fair) == [name]
    step = due_step(fair)
    send_ahead_of_all(fair, step.encode(step.most))
    chain.go_on_mining()
    chain.mine()
    position = fair.view
    fair.pipeline.step()
    assert (name, False) in steps_by_result(fair), "ours came second"
    assert position.address not in fair.pipeline.worker.markets.blocked
    if name == "draw":
        fair.provider().open_or_reveal(fair.test_set)  # type: ignore[arg-type]
        assert fair.view.phase is Phase.PARTICIPATION
        return
    fair.run_to_closed()


def steps_waiting(fair: Fair) -> list[str]:
    with fair.pipeline.store.transaction() as connection:
        rows = connection.execute(
            "SELECT m.step FROM market_steps AS m JOIN transactions AS t "
            "ON t.id = m.transaction_id WHERE t.status = 'sent'"
        ).fetchall()
    return [row["step"] for row in rows]


def test_a_step_under_way_is_not_sent_again(chain: Chain, tmp_path: Path) -> None:
    fair = make_fair(chain, tmp_path)
    run_to_replay(fair)
    chain.stop_mining()
    for _ in range(3):
        fair.pipeline.step()
        # A block that holds nothing of ours, so that the worker looks anew.
        chain.node.request("anvil_setNextBlockBaseFeePerGas", [hex(900 * GWEI)])
        chain.mine()
    assert steps_waiting(fair) == ["replay"]
    fresh = Pipeline.start(chain, tmp_path)
    fresh.step()
    assert steps_waiting(fair) == ["replay"]


def test_a_step_that_a_reorganisation_dropped_is_waited_for_and_not_repeated(
    chain: Chain, tmp_path: Path
) -> None:
    clock = ManualClock()
    fair = Fair(chain, Pipeline.start(chain, tmp_path, clock=clock), tmp_path)
    ids = run_to_replay(fair)
    chain.stop_mining()
    fair.pipeline.step()
    snapshot = chain.node.request("evm_snapshot", [])
    chain.mine()
    fair.pipeline.step()  # sees the replay in its block and sends the passes on top
    assert steps_waiting(fair) == ["passes"]
    chain.node.request("evm_revert", [snapshot])
    chain.mine(2)
    fair.pipeline.step()
    assert fair.view.phase is Phase.REPLAY, "the block of the replay is gone"
    clock.advance(6)  # from here on stored bytes are broadcast again
    chain.go_on_mining()
    fair.pipeline.run_until(fair.pipeline.all_are(ids, "settled"))
    assert fair.payouts() == fair.expected().payouts_wei
    assert steps_by_result(fair) == [("draw", True), ("replay", True), ("passes", True)]


class ForgetfulNode(Node):
    """Hands out no events of some addresses, as one that has pruned them."""

    forgotten: frozenset[str] = frozenset()

    def logs(self, addresses: Sequence[str], *more: Any, **named: Any) -> list[Log]:
        if self.forgotten & set(addresses):
            raise NodeRefusalError("eth_getLogs", 4444, "pruned history unavailable")
        return super().logs(addresses, *more, **named)


def test_a_market_whose_events_no_node_has_holds_up_no_other(chain: Chain, tmp_path: Path) -> None:
    node = ForgetfulNode(chain.url)
    fair = Fair(chain, Pipeline.start(chain, tmp_path, node=node), tmp_path)
    run_to_replay(fair)
    node.forgotten = frozenset({fair.contract.address, fair.entry.data_handler})
    other = Fair(chain, fair.pipeline, tmp_path, name="Grouped")
    other.commit()
    fair.pipeline.run_until(lambda: other.view.drawn)
    beat = fair.pipeline.store.chain_state.view().heartbeat
    assert beat is not None
    assert f"market {fair.contract.address}" in (beat.detail or "")
    node.forgotten = frozenset()
    fair.run_to_closed()
