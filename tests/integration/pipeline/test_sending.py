"""Sending under adversity: broken connections, fees, reorganisations, foreign nonces."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from relayer.clock import ManualClock
from relayer.errors import StoreError
from relayer.store.transactions import Attempt, Transaction
from relayer.worker_lock import WorkerLock
from tests.chain import ETHER, GWEI, Chain
from tests.hooked_node import HookedNode, once, refuse, unreachable
from tests.pipeline import Pipeline

SEND = "eth_sendRawTransaction"


def start(chain: Chain, folder: Path, **overrides: Any) -> tuple[Pipeline, HookedNode]:
    node = HookedNode(chain.url)
    return Pipeline.start(chain, folder, node=node, **overrides), node


def start_on_clock(chain: Chain, folder: Path) -> tuple[Pipeline, HookedNode, ManualClock]:
    node, clock = HookedNode(chain.url), ManualClock(float(chain.now()))
    return Pipeline.start(chain, folder, node=node, clock=clock), node, clock


def only_transaction(pipeline: Pipeline) -> tuple[Transaction, list[Attempt]]:
    transaction = pipeline.store.transactions.get(1)
    assert transaction is not None
    return transaction, pipeline.store.transactions.attempts(1)


def test_broken_connection_while_broadcasting_loses_nothing(chain: Chain, tmp_path: Path) -> None:
    pipeline, node, clock = start_on_clock(chain, tmp_path)
    ids = pipeline.queue(pipeline.contributions(3))
    once(unreachable, node.before, SEND)
    pipeline.step()
    transaction, attempts = only_transaction(pipeline)
    assert (transaction.status.value, attempts[0].result) == ("sent", "unknown")
    assert chain.node.transaction_count(chain.relayer) == 0
    clock.advance(3)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    assert len(only_transaction(pipeline)[1]) == 1, "the stored bytes went out again, no new ones"


def test_lost_answer_of_a_broadcast_is_no_rejection(chain: Chain, tmp_path: Path) -> None:
    pipeline, node = start(chain, tmp_path)
    ids = pipeline.queue(pipeline.contributions(3))
    once(unreachable, node.after, SEND)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    assert chain.node.transaction_count(chain.relayer) == 1


def test_failed_receipt_lookups_decide_nothing(chain: Chain, tmp_path: Path) -> None:
    pipeline, node = start(chain, tmp_path)
    ids = pipeline.queue(pipeline.contributions(3))
    pipeline.step()
    node.before["eth_getTransactionReceipt"] = unreachable
    for _ in range(12):
        chain.mine()
        pipeline.step()
    assert set(pipeline.statuses(ids)) == {"sent"}
    node.before.clear()
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))


def test_node_that_is_down_stops_the_intake_and_nothing_else(chain: Chain, tmp_path: Path) -> None:
    pipeline, node = start(chain, tmp_path)
    ids = pipeline.queue(pipeline.contributions(3))
    pipeline.step()
    node.silence()
    pipeline.step()
    beat = pipeline.store.chain_state.view().heartbeat
    assert beat is not None
    assert not beat.node_reachable
    assert set(pipeline.statuses(ids)) == {"sent"}
    node.plug_in()
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    beat = pipeline.store.chain_state.view().heartbeat
    assert beat is not None
    assert beat.node_reachable


def test_stuck_transaction_is_replaced_by_a_dearer_one(chain: Chain, tmp_path: Path) -> None:
    pipeline, _, clock = start_on_clock(chain, tmp_path)
    ids = pipeline.queue(pipeline.contributions(3))
    chain.stop_mining()
    pipeline.step()
    _, [first] = only_transaction(pipeline)
    for _ in range(2):
        chain.set_base_fee(first.max_fee_per_gas_wei + GWEI)
        pipeline.step()
        clock.advance(6)
    pipeline.step()
    transaction, attempts = only_transaction(pipeline)
    assert len(attempts) == 2
    assert 100 * attempts[1].max_fee_per_gas_wei > 110 * first.max_fee_per_gas_wei
    assert 100 * attempts[1].max_priority_fee_per_gas_wei > 110 * first.max_priority_fee_per_gas_wei
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    mined = pipeline.store.transactions.get(transaction.id)
    assert mined is not None
    assert mined.mined_hash == attempts[1].hash
    assert chain.node.transaction_count(chain.relayer) == 1


def test_standing_chain_gets_no_bumps(chain: Chain, tmp_path: Path) -> None:
    pipeline, _, clock = start_on_clock(chain, tmp_path)
    pipeline.queue(pipeline.contributions(3))
    chain.stop_mining()
    for _ in range(5):
        pipeline.step()
        clock.advance(60)
    assert len(only_transaction(pipeline)[1]) == 1


def test_reorganisation_moves_mined_back_to_sent_and_forth_again(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline, _, clock = start_on_clock(chain, tmp_path)
    ids = pipeline.queue(pipeline.contributions(3))
    pipeline.worker.poll()
    snapshot = chain.node.request("evm_snapshot", [])
    pipeline.run_until(pipeline.all_are(ids, "mined"), mine=False)
    chain.node.request("evm_revert", [snapshot])
    chain.stop_mining()
    chain.mine()
    clock.advance(1)
    pipeline.worker.poll()
    assert set(pipeline.statuses(ids)) == {"sent"}
    transaction, attempts = only_transaction(pipeline)
    assert (transaction.status.value, transaction.block_hash) == ("sent", None)
    clock.advance(6)
    chain.go_on_mining()
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    assert len(attempts) == len(only_transaction(pipeline)[1]), "stored bytes, nothing new"


def test_foreign_transaction_with_our_nonce_frees_the_contributions(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline, node, _ = start_on_clock(chain, tmp_path)
    ids = pipeline.queue(pipeline.contributions(3))
    once(unreachable, node.before, SEND)
    pipeline.step()
    chain.send(chain.relayer_key, chain.relayer, b"")
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    lost = pipeline.store.transactions.get(1)
    assert lost is not None
    assert (lost.status.value, lost.reason) == ("failed", "nonce-taken-elsewhere")
    assert chain.node.transaction_count(chain.relayer) == 2


def test_gap_of_nonces_is_filled_by_a_self_send(chain: Chain, tmp_path: Path) -> None:
    pipeline, _ = start(chain, tmp_path)
    pipeline.worker.start()
    with pipeline.store.transaction():
        pipeline.store.signers.take_nonce(chain.relayer)
    ids = pipeline.queue(pipeline.contributions(3))
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    fill, _ = only_transaction(pipeline)
    assert (fill.kind.value, fill.nonce, fill.status.value) == ("fill", 0, "confirmed")


def test_nonces_used_behind_our_back_are_skipped(chain: Chain, tmp_path: Path) -> None:
    first, _ = start(chain, tmp_path)
    first.worker.start()
    first.worker.close()
    chain.send(chain.relayer_key, chain.relayer, b"")
    pipeline, _ = start(chain, tmp_path)
    ids = pipeline.queue(pipeline.contributions(3))
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    assert only_transaction(pipeline)[0].nonce == 1


def test_empty_signer_keeps_its_transaction_until_it_has_money(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline, node, clock = start_on_clock(chain, tmp_path)
    ids = pipeline.queue(pipeline.contributions(3))
    once(lambda: chain.node.request("anvil_setBalance", [chain.relayer, "0x0"]), node.before, SEND)
    pipeline.step()
    transaction, attempts = only_transaction(pipeline)
    assert (transaction.status.value, attempts[0].result) == ("prepared", "insufficient-funds")
    chain.node.request("anvil_setBalance", [chain.relayer, hex(ETHER)])
    clock.advance(3)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    assert len(only_transaction(pipeline)[1]) == 1


def test_transaction_that_no_node_accepts_frees_its_nonce(chain: Chain, tmp_path: Path) -> None:
    pipeline, node, clock = start_on_clock(chain, tmp_path)
    ids = pipeline.queue(pipeline.contributions(3))
    once(refuse("exceeds block gas limit"), node.before, SEND)
    pipeline.run_until(pipeline.all_are(ids, "queued"))
    transaction, attempts = only_transaction(pipeline)
    assert (transaction.status.value, transaction.reason) == ("failed", "rejected-by-node")
    assert [attempt.is_empty for attempt in attempts] == [False, True]
    assert chain.node.transaction_count(chain.relayer) == 1
    clock.advance(11)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))


def test_base_fee_above_the_sponsor_s_cap_waits(chain: Chain, tmp_path: Path) -> None:
    data = chain.forwarder.interface.encode("setLimits", ETHER, 1, 1)
    chain.send(chain.deployer_key, chain.forwarder.address, data)
    pipeline, _, clock = start_on_clock(chain, tmp_path)
    ids = pipeline.queue(pipeline.contributions(3))
    pipeline.step()
    pipeline.step()
    assert set(pipeline.statuses(ids)) == {"queued"}
    beat = pipeline.store.chain_state.view().heartbeat
    assert beat is not None
    assert "above the cap" in (beat.detail or "")
    data = chain.forwarder.interface.encode("setLimits", ETHER, 100 * GWEI, GWEI)
    chain.send(chain.deployer_key, chain.forwarder.address, data)
    clock.advance(6)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))


def test_wrong_chain_is_named_in_the_heartbeat(chain: Chain, tmp_path: Path) -> None:
    pipeline, _ = start(chain, tmp_path)
    chain.node.request("anvil_setChainId", [5])
    try:
        pipeline.step()
    finally:
        chain.node.request("anvil_setChainId", [chain.deployment.chain_id])
    beat = pipeline.store.chain_state.view().heartbeat
    assert beat is not None
    assert not beat.node_reachable
    assert "serves chain 5" in (beat.detail or "")


def test_worker_whose_database_was_migrated_before_it_began_to_run_writes_nothing(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline = Pipeline.start(chain, tmp_path)
    with pipeline.store.transaction() as connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
            "VALUES ('relayer', 'm999_future', '')"
        )
    at_once = threading.Event()
    at_once.set()
    with pytest.raises(StoreError, match="newer version"):
        pipeline.worker.run(at_once)
    assert pipeline.store.chain_state.view().heartbeat is None


def test_second_worker_of_a_database_is_refused(tmp_path: Path) -> None:
    with WorkerLock(tmp_path / "relayer.db"), pytest.raises(StoreError, match="another worker"):
        WorkerLock(tmp_path / "relayer.db").__enter__()
    with WorkerLock(tmp_path / "relayer.db"):
        pass
