"""The signers' money: refills that come once, and signers that wait until they can pay."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from relayer.clock import ManualClock
from relayer.keys import Signer
from relayer.store.statuses import TransactionKind
from relayer.worker import Worker
from tests.chain import ETHER, GWEI, Chain
from tests.kill import Fuse, FusedClock, FusedNode, FusedSigner, Killed
from tests.pipeline import Pipeline, make_settings

LOW, HIGH = ETHER // 50, ETHER // 10


def set_balance(chain: Chain, address: str, balance_wei: int) -> None:
    chain.node.request("anvil_setBalance", [address, hex(balance_wei)])
    chain.mine()


def start(chain: Chain, folder: Path, treasury: bytes, **overrides: Any) -> Pipeline:
    return Pipeline.start(
        chain,
        folder,
        treasury=treasury,
        signer_low_wei=LOW,
        signer_high_wei=HIGH,
        **overrides,
    )


def refills(pipeline: Pipeline) -> list[tuple[str, int, str]]:
    with pipeline.store.transaction() as connection:
        rows = connection.execute(
            "SELECT to_address, value_wei, status FROM transactions WHERE kind = 'refill'"
        ).fetchall()
    return [(row["to_address"], int(row["value_wei"]), row["status"]) for row in rows]


def are_final(pipeline: Pipeline) -> bool:
    return {status for _, _, status in refills(pipeline)} == {"confirmed"}


def detail(pipeline: Pipeline) -> str:
    beat = pipeline.store.chain_state.view().heartbeat
    return (beat and beat.detail) or ""


def test_signer_below_the_low_mark_is_refilled_to_the_high_one(
    chain: Chain, tmp_path: Path
) -> None:
    treasury = chain.hire(9, allowed=False)
    set_balance(chain, chain.relayer, LOW - 1)
    pipeline = start(chain, tmp_path, treasury)
    pipeline.run_until(lambda: are_final(pipeline))
    assert refills(pipeline) == [(chain.relayer, HIGH - LOW + 1, "confirmed")]
    assert chain.node.balance_wei(chain.relayer) == HIGH


def test_signer_at_the_low_mark_is_left_alone(chain: Chain, tmp_path: Path) -> None:
    set_balance(chain, chain.relayer, LOW)
    pipeline = start(chain, tmp_path, chain.hire(9, allowed=False))
    for _ in range(4):
        pipeline.step()
        chain.mine()
    assert refills(pipeline) == []


def test_refill_that_no_block_takes_is_not_sent_again(chain: Chain, tmp_path: Path) -> None:
    treasury = chain.hire(9, allowed=False)
    set_balance(chain, chain.relayer, LOW // 2)
    pipeline = start(chain, tmp_path, treasury, clock=(clock := ManualClock(float(chain.now()))))
    chain.stop_mining()
    for _ in range(6):
        pipeline.step()
        chain.set_base_fee(100 * GWEI)
    assert [status for _, _, status in refills(pipeline)] == ["sent"]
    with pytest.raises(sqlite3.IntegrityError, match="is under way"), pipeline.store.transaction():
        pipeline.worker.sender.take(
            TransactionKind.REFILL, Signer(treasury).address, chain.relayer, b"", 21_000, HIGH
        )
    chain.set_base_fee(GWEI)
    chain.go_on_mining()
    clock.advance(6)
    pipeline.run_until(lambda: are_final(pipeline))
    assert chain.node.balance_wei(chain.relayer) == HIGH


def test_refill_in_a_block_that_is_dropped_goes_out_again_as_it_was(
    chain: Chain, tmp_path: Path
) -> None:
    treasury = chain.hire(9, allowed=False)
    set_balance(chain, chain.relayer, LOW // 2)
    pipeline = start(chain, tmp_path, treasury, clock=(clock := ManualClock(float(chain.now()))))
    snapshot = chain.node.request("evm_snapshot", [])
    pipeline.run_until(lambda: refills(pipeline)[0][2] == "mined", mine=False)
    chain.node.request("evm_revert", [snapshot])
    chain.stop_mining()
    chain.mine()
    pipeline.step()
    assert [status for _, _, status in refills(pipeline)] == ["sent"]
    chain.go_on_mining()
    clock.advance(6)
    pipeline.run_until(lambda: are_final(pipeline))
    assert len(refills(pipeline)) == 1
    assert chain.node.balance_wei(chain.relayer) == HIGH


def fused(chain: Chain, folder: Path, treasury: bytes, fuse: Fuse) -> Pipeline:
    settings = make_settings(chain, folder, signer_low_wei=LOW, signer_high_wei=HIGH)
    worker = Worker(
        settings,
        clock=FusedClock(fuse),
        node=FusedNode(chain.url, fuse),
        signers=[FusedSigner(chain.relayer_key, fuse)],
        treasury=FusedSigner(treasury, fuse),
    )
    return Pipeline(chain, settings, worker)


def test_killed_anywhere_while_refilling_the_money_comes_once(chain: Chain, tmp_path: Path) -> None:
    treasury = chain.hire(9, allowed=False)
    set_balance(chain, chain.relayer, LOW // 2)
    snapshot = chain.node.request("evm_snapshot", [])
    whole = fused(chain, tmp_path, treasury, fuse := Fuse())
    fuse.watch(whole.settings.database)
    ready = len(fuse.contacts)
    whole.step()
    whole.worker.close()
    assert "before eth_sendRawTransaction" in fuse.contacts[ready:]
    for point in fuse.telling_points(ready):
        chain.node.request("evm_revert", [snapshot])
        snapshot = chain.node.request("evm_snapshot", [])
        assert_refilled_once(chain, tmp_path / str(point), treasury, point)


def assert_refilled_once(chain: Chain, folder: Path, treasury: bytes, point: int) -> None:
    folder.mkdir()
    first = fused(chain, folder, treasury, fuse := Fuse())
    fuse.blow_at = len(fuse.contacts) + point
    with pytest.raises(Killed):
        first.run_until(lambda: False)
    first.worker.close()
    second = start(chain, folder, treasury)
    second.run_until(lambda: are_final(second))
    assert len(refills(second)) == 1
    assert chain.node.balance_wei(chain.relayer) == HIGH
    assert chain.node.transaction_count(Signer(treasury).address) == 1
    second.worker.close()


def test_empty_treasury_is_named_and_refills_nobody(chain: Chain, tmp_path: Path) -> None:
    treasury = chain.hire(9, allowed=False, balance_wei=ETHER // 1_000)
    set_balance(chain, chain.relayer, LOW // 2)
    pipeline = start(chain, tmp_path, treasury)
    pipeline.step()
    assert refills(pipeline) == []
    assert f"the treasury {Signer(treasury).address} has" in detail(pipeline)
    set_balance(chain, Signer(treasury).address, ETHER)
    pipeline.run_until(lambda: are_final(pipeline))


def test_treasury_adds_and_settles_nothing(chain: Chain, tmp_path: Path) -> None:
    treasury = chain.hire(9)
    pipeline = start(chain, tmp_path, treasury)
    ids = pipeline.queue(pipeline.contributions(20, players=20))
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    assert chain.node.transaction_count(Signer(treasury).address) == 0


def test_poor_signer_pauses_while_another_one_sends(chain: Chain, tmp_path: Path) -> None:
    poor = Signer(chain.hire(1, balance_wei=GWEI)).address
    pipeline = Pipeline.start(
        chain, tmp_path, keys=[chain.hire(1, balance_wei=GWEI), chain.relayer_key]
    )
    ids = pipeline.queue(pipeline.contributions(3))
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    assert chain.node.transaction_count(poor) == 0
    view = pipeline.store.chain_state.view()
    assert {s.address: s.paused is None for s in view.signers} == {poor: False, chain.relayer: True}
    used = {
        s.address: chain.node.transaction_count(s.address, s.block_number) for s in view.signers
    }
    assert {s.address: s.chain_nonce for s in view.signers} == used
    assert view.signers_fault is None
    assert f"the signer {poor} holds {GWEI} wei" in detail(pipeline)


def test_without_any_money_the_queue_waits_and_the_house_says_so(
    chain: Chain, tmp_path: Path
) -> None:
    set_balance(chain, chain.relayer, GWEI)
    pipeline = Pipeline.start(chain, tmp_path)
    ids = pipeline.queue(pipeline.contributions(3))
    for _ in range(5):
        pipeline.step()
    assert set(pipeline.statuses(ids)) == {"queued"}
    assert "send it money" in (pipeline.store.chain_state.view().signers_fault or "")
    set_balance(chain, chain.relayer, ETHER)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    assert pipeline.store.chain_state.view().signers_fault is None


def test_what_is_under_way_counts_as_spent(chain: Chain, tmp_path: Path) -> None:
    pipeline = Pipeline.start(chain, tmp_path, max_batch_items=2)
    pipeline.worker.poll()
    need_wei = pipeline.worker.sender.lanes.need_wei()
    set_balance(chain, chain.relayer, 2 * need_wei)
    pipeline.queue(pipeline.contributions(10, players=10))
    chain.stop_mining()
    pipeline.worker.poll()
    while pipeline.worker.send_due():
        pass
    held_wei = chain.node.balance_wei(chain.relayer)
    committed_wei = pipeline.store.purses.committed_wei(chain.relayer, 0)
    assert 0 < committed_wei <= held_wei, "a node would refuse what goes beyond it"
    assert pipeline.counts()["queued"] > 0
