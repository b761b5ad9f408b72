"""Nodes that lag, boast, contradict themselves or follow other branches make nothing final."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from relayer.watch.trail import BELIEVED_AFTER_S
from tests.chain import Anvil, Chain
from tests.faulty_proxy import FaultyProxy, changed, result
from tests.integration.pipeline.test_reorganisations import depth_since, detail, on_chain, start
from tests.pipeline import Pipeline

BLOCK = "eth_getBlockByNumber"


def test_a_head_below_one_that_was_seen_counts_as_lag_at_first(
    chain: Chain, tmp_path: Path
) -> None:
    with FaultyProxy(chain.url) as proxy:
        pipeline, clock = start(chain, tmp_path, rpc_url=proxy.url, confirmations=4)
        pipeline.step()
        before = chain.node.head().number
        ids = pipeline.queue(pipeline.contributions(3))
        pipeline.run_until(pipeline.all_are(ids, "mined"))
        old = chain.node.request(BLOCK, [hex(before), False])

        def lag(asked: Any, answer: Any) -> Any:
            return {**answer, "result": old} if asked["params"][0] == "latest" else answer

        proxy.fail(changed(lag), BLOCK)
        for _ in range(3):
            pipeline.step()
            clock.advance(BELIEVED_AFTER_S / 4)
            assert set(pipeline.statuses(ids)) == {"mined"}
            assert "was seen before" in detail(pipeline)
        proxy.heal()
        pipeline.run_until(pipeline.all_are(ids, "confirmed"))
        assert pipeline.store.trail.latest_reorganisation() is None


def test_a_chain_that_went_back_and_stays_there_is_believed(chain: Chain, tmp_path: Path) -> None:
    pipeline, clock = start(chain, tmp_path)
    pipeline.step()
    before = chain.node.head().number
    ids = pipeline.queue(pipeline.contributions(3))
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    chain.node.request("anvil_rollback", [depth_since(chain, before)])
    pipeline.step()
    assert set(pipeline.statuses(ids)) == {"confirmed"}
    clock.advance(BELIEVED_AFTER_S + 1)
    pipeline.step()
    clock.advance(6)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    assert on_chain(chain) == 3


def test_a_node_that_boasts_of_a_far_block_confirms_nothing(chain: Chain, tmp_path: Path) -> None:
    with FaultyProxy(chain.url) as proxy:
        pipeline, _ = start(chain, tmp_path, rpc_url=proxy.url, confirmations=3)
        ids = pipeline.queue(pipeline.contributions(3))
        pipeline.run_until(pipeline.all_are(ids, "mined"), mine=False)

        def boast(asked: Any, answer: Any) -> Any:
            if isinstance(asked, dict) and asked["params"][0] == "latest":
                return {**answer, "result": {**answer["result"], "number": hex(10**6)}}
            return answer

        proxy.fail(changed(boast), BLOCK)
        for _ in range(6):
            pipeline.step()
        assert set(pipeline.statuses(ids)) == {"mined"}
        proxy.heal()
        pipeline.run_until(pipeline.all_are(ids, "confirmed"))


def test_a_receipt_of_a_block_that_is_not_of_the_chain_confirms_nothing(
    chain: Chain, tmp_path: Path
) -> None:
    with FaultyProxy(chain.url) as proxy:
        pipeline, _ = start(chain, tmp_path, rpc_url=proxy.url)
        ids = pipeline.queue(pipeline.contributions(3))
        pipeline.step()
        elsewhere = result(lambda given: {**given, "blockHash": "0x" + 64 * "d"})
        proxy.fail(elsewhere, "eth_getTransactionReceipt")
        for _ in range(5):
            chain.mine()
            pipeline.step()
        assert set(pipeline.statuses(ids)) == {"sent"}
        proxy.heal()
        pipeline.run_until(pipeline.all_are(ids, "confirmed"))


def test_nothing_is_final_while_two_nodes_follow_different_branches(
    chain: Chain, tmp_path: Path
) -> None:
    twin = chain.anvil.twin(tmp_path)
    try:
        pipeline, clock = start(chain, tmp_path, rpc_urls=(twin.url,))
        twin.node.request("evm_increaseTime", [hex(50)])
        ids = pipeline.queue(pipeline.contributions(3))
        for _ in range(6):
            pipeline.step()
            chain.mine()
            twin.node.request("anvil_mine", [hex(1)])
        assert set(pipeline.statuses(ids)) == {"mined"}
        twin.stop()
        for _ in range(3):
            clock.advance(1)
            pipeline.step()
        pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    finally:
        twin.stop()


def test_a_chain_replaced_from_before_the_deployment_on_stops_everything(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline, clock = start(chain, tmp_path)
    ids = pipeline.queue(pipeline.contributions(3))
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    other = Anvil("--base-fee", "7")
    try:
        other.node.request("anvil_mine", [hex(chain.node.head().number + 5)])
        stranger = Pipeline.start(chain, tmp_path, clock=clock, rpc_url=other.url)
        stranger.step()
        assert set(stranger.statuses(ids)) == {"confirmed"}
        assert "belong to a chain that is gone" in detail(stranger)
    finally:
        other.stop()
