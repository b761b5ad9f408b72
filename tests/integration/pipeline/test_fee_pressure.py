"""Dear blocks, forgetful nodes: what is paid more for, what is only sent again."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

from relayer.clock import ManualClock
from relayer.store.transactions import Attempt
from tests.chain import GWEI, Chain
from tests.hooked_node import HookedNode, once, refuse
from tests.pipeline import Pipeline

SEND = "eth_sendRawTransaction"


def start(chain: Chain, folder: Path, **overrides: Any) -> tuple[Pipeline, HookedNode, ManualClock]:
    node, clock = HookedNode(chain.url), ManualClock(float(chain.now()))
    return Pipeline.start(chain, folder, node=node, clock=clock, **overrides), node, clock


def attempts(pipeline: Pipeline) -> list[Attempt]:
    return pipeline.store.transactions.attempts(1)


def detail(pipeline: Pipeline) -> str:
    beat = pipeline.store.chain_state.view().heartbeat
    return (beat and beat.detail) or ""


def wait_in_vain(pipeline: Pipeline, clock: ManualClock, base_fee_wei: int, rounds: int) -> None:
    for _ in range(rounds):
        pipeline.chain.set_base_fee(base_fee_wei)
        clock.advance(6)
        pipeline.step()


def test_replacements_rise_faster_the_longer_it_takes(chain: Chain, tmp_path: Path) -> None:
    pipeline, _, clock = start(chain, tmp_path)
    ids = pipeline.queue(pipeline.contributions(3))
    chain.stop_mining()
    pipeline.step()
    pipeline.worker.poll()
    for base_fee_wei in (4 * GWEI, 11 * GWEI, 26 * GWEI, 60 * GWEI):
        wait_in_vain(pipeline, clock, base_fee_wei, 1)
    tips = [attempt.max_priority_fee_per_gas_wei for attempt in attempts(pipeline)]
    assert len(tips) >= 4
    rises = [100 * after // before - 100 for before, after in pairwise(tips)]
    assert rises == [12 * (number + 1) for number in range(len(rises))]
    chain.set_base_fee(GWEI)
    chain.go_on_mining()
    chain.mine()
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))


def test_lane_that_is_stuck_at_the_cap_says_so_and_goes_on_when_blocks_get_cheaper(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline, _, clock = start(chain, tmp_path, max_fee_per_gas_cap_wei=3 * GWEI)
    ids = pipeline.queue(pipeline.contributions(3))
    chain.stop_mining()
    pipeline.step()
    wait_in_vain(pipeline, clock, 50 * GWEI, 4)
    assert len(attempts(pipeline)) == 1, "the first offer was the cap"
    assert f"nonce 0 of {chain.relayer} is stuck" in detail(pipeline)
    chain.set_base_fee(GWEI)
    chain.go_on_mining()
    clock.advance(6)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    pipeline.step()
    assert "stuck" not in detail(pipeline)


def test_what_the_node_has_dropped_is_sent_again_before_it_is_paid_more_for(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline, _, clock = start(chain, tmp_path)
    ids = pipeline.queue(pipeline.contributions(3))
    chain.stop_mining()
    pipeline.step()
    pipeline.worker.poll()
    chain.node.request("anvil_dropTransaction", [attempts(pipeline)[0].hash])
    chain.mine()
    clock.advance(6)
    pipeline.step()
    assert len(attempts(pipeline)) == 1
    assert chain.node.request("eth_getTransactionByHash", [attempts(pipeline)[0].hash])
    chain.go_on_mining()
    chain.mine()
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))


def test_what_is_dropped_again_and_again_is_paid_more_for(chain: Chain, tmp_path: Path) -> None:
    pipeline, _, clock = start(chain, tmp_path)
    ids = pipeline.queue(pipeline.contributions(3))
    chain.stop_mining()
    pipeline.step()
    pipeline.worker.poll()
    for _ in range(2):
        chain.node.request("anvil_dropAllTransactions", [])
        chain.mine()
        clock.advance(6)
        pipeline.step()
    assert len(attempts(pipeline)) == 2
    chain.go_on_mining()
    chain.mine()
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))


def test_refused_bytes_are_offered_less_often_each_time(chain: Chain, tmp_path: Path) -> None:
    pipeline, node, clock = start(chain, tmp_path)
    ids = pipeline.queue(pipeline.contributions(3))
    offered: list[float] = []

    def refuse_funds() -> None:
        offered.append(clock.now())
        refuse("insufficient funds for gas * price + value")()

    node.before[SEND] = refuse_funds
    for _ in range(130):
        pipeline.step()
        clock.advance(1)
    pauses = [after - before for before, after in pairwise(offered)]
    assert pauses == [2, 4, 8, 16, 32, 60]
    node.before.clear()
    clock.advance(60)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    assert len(attempts(pipeline)) == 1


def test_underpriced_bytes_are_replaced_by_dearer_ones(chain: Chain, tmp_path: Path) -> None:
    pipeline, node, clock = start(chain, tmp_path)
    ids = pipeline.queue(pipeline.contributions(3))
    once(refuse("replacement transaction underpriced"), node.before, SEND)
    pipeline.step()
    clock.advance(3)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    assert [attempt.result for attempt in attempts(pipeline)] == ["underpriced", "accepted"]


def test_first_offers_follow_the_tips_of_the_latest_blocks(chain: Chain, tmp_path: Path) -> None:
    pipeline, node, _ = start(chain, tmp_path)
    history = {"gasUsedRatio": [0.5] * 4, "reward": [["0x5f5e100"]] * 4}
    real = node.request

    def request(method: str, params: Any) -> Any:
        return history if method == "eth_feeHistory" else real(method, params)

    node.request = request  # type: ignore[method-assign]
    ids = pipeline.queue(pipeline.contributions(3))
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    assert attempts(pipeline)[0].max_priority_fee_per_gas_wei == GWEI // 10


def test_node_without_a_fee_history_costs_the_tip_of_the_settings(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline, node, _ = start(chain, tmp_path)
    node.before["eth_feeHistory"] = refuse("the method eth_feeHistory does not exist")
    ids = pipeline.queue(pipeline.contributions(3))
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    assert attempts(pipeline)[0].max_priority_fee_per_gas_wei == GWEI
