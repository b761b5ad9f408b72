"""Reorganisations of a real chain, shallow and deeper than what counted as final."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from relayer.clock import ManualClock
from relayer.limits import GameKey, KeyToken, Scope
from relayer.notify.events import EVENTS
from relayer.store.statuses import WithdrawalStatus
from tests.chain import Chain, Player
from tests.hooked_node import HookedNode, once, unreachable
from tests.integration.pipeline.test_whole_path import earn
from tests.kill import Fuse, FusedClock, FusedNode, Killed
from tests.pipeline import Pipeline


def start(chain: Chain, folder: Path, **overrides: Any) -> tuple[Pipeline, ManualClock]:
    clock = ManualClock(float(chain.now()))
    return Pipeline.start(chain, folder, clock=clock, **overrides), clock


def drop(chain: Chain, blocks: int) -> None:
    """The chain loses its newest blocks and grows as many others, in which nothing happens."""
    chain.node.request("anvil_rollback", [blocks])
    chain.stop_mining()
    chain.node.request("anvil_dropAllTransactions", [])
    chain.node.request("evm_increaseTime", [hex(1)])
    chain.mine(blocks)
    chain.go_on_mining()


def depth_since(chain: Chain, number: int) -> int:
    return chain.node.head().number - number


def detail(pipeline: Pipeline) -> str:
    beat = pipeline.store.chain_state.view().heartbeat
    assert beat is not None
    return beat.detail or ""


def on_chain(chain: Chain) -> int:
    """How many contributions the data handler holds."""
    forwarder = chain.forwarder
    topic = "0x" + forwarder.interface.topic("BatchAdded").hex()
    logs = chain.node.logs([forwarder.address], [topic], 0, chain.node.head().number)
    decoded = [forwarder.interface.decode_event(entry) for entry in logs]
    return sum(event[1]["acceptedMap"].bit_count() for event in decoded if event)


def raw_bytes(pipeline: Pipeline, transaction_id: int = 1) -> list[bytes]:
    return [attempt.raw for attempt in pipeline.store.transactions.attempts(transaction_id)]


@pytest.mark.parametrize("blocks", [1, 2])
def test_shallow_reorganisation_sends_the_stored_bytes_again(
    chain: Chain, tmp_path: Path, blocks: int
) -> None:
    pipeline, clock = start(chain, tmp_path, confirmations=4)
    pipeline.step()
    ids = pipeline.queue(pipeline.contributions(3))
    pipeline.run_until(pipeline.all_are(ids, "mined"), mine=False)
    chain.mine(blocks - 1) if blocks > 1 else None
    pipeline.step()
    sent = raw_bytes(pipeline)
    drop(chain, blocks)
    pipeline.worker.poll()
    assert set(pipeline.statuses(ids)) == {"sent"}
    assert pipeline.store.trail.latest_reorganisation() is None, "nothing final was touched"
    clock.advance(6)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    assert raw_bytes(pipeline) == sent
    assert on_chain(chain) == 3


def test_games_are_told_which_transaction_holds_a_contribution_until_a_block_lets_it_go(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline, clock = start(chain, tmp_path, confirmations=4)
    pipeline.step()
    game, now, webhooks = KeyToken.mint(), clock.now(), pipeline.store.webhooks
    key = GameKey(game.id, "Hunch", frozenset(Scope), now)
    pipeline.store.game_keys.create(key, game)
    webhook = webhooks.add(game.id, "https://game.example", EVENTS, b"0" * 32, now)
    ids = pipeline.queue(pipeline.contributions(1), game=game.id)
    pipeline.run_until(pipeline.all_are(ids, "mined"), mine=False)
    drop(chain, 1)
    pipeline.worker.poll()
    clock.advance(6)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    (hash_,) = (attempt.hash for attempt in pipeline.store.transactions.attempts(1))
    news = [json.loads(one.payload)["data"] for one in webhooks.messages(webhook.id)]
    told = [(one["status"], one["transaction_hash"]) for one in reversed(news)]
    unheld, held = ("sent", None), ("mined", hash_)
    assert told[-5:] == [unheld, held, unheld, held, ("confirmed", hash_)]


@pytest.mark.parametrize("confirmations", [0, 2])
def test_confirmed_contributions_whose_blocks_were_dropped_are_sent_again(
    chain: Chain, tmp_path: Path, confirmations: int
) -> None:
    pipeline, clock = start(chain, tmp_path, confirmations=confirmations)
    pipeline.step()
    start_number = chain.node.head().number
    ids = pipeline.queue(pipeline.contributions(3))
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    later = pipeline.queue(pipeline.contributions(2, first_player=10))
    pipeline.run_until(pipeline.all_are(later, "confirmed"))
    chain.mine(4)
    pipeline.step()
    sent = raw_bytes(pipeline), raw_bytes(pipeline, 2)
    drop(chain, depth_since(chain, start_number))
    assert on_chain(chain) == 0
    pipeline.worker.poll()
    assert set(pipeline.statuses(ids + later)) == {"sent"}
    assert all(row.record_index is None for row in pipeline.rows(ids + later))
    assert "had counted as final" in detail(pipeline)
    assert f"now {confirmations}" in detail(pipeline)
    clock.advance(6)
    pipeline.run_until(pipeline.all_are(ids + later, "confirmed"))
    assert (raw_bytes(pipeline), raw_bytes(pipeline, 2)) == sent
    assert on_chain(chain) == 5
    assert chain.node.transaction_count(chain.relayer) == 2
    clock.advance(3_700)
    pipeline.step()
    assert "had counted as final" not in detail(pipeline), "the alarm ends"


def settle(pipeline: Pipeline, chain: Chain) -> list[str]:
    ids = pipeline.queue(pipeline.contributions(4))
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    chain.pass_time(700)
    pipeline.run_until(pipeline.all_are(ids, "settled"))
    return ids


def money(pipeline: Pipeline, ids: list[str]) -> list[tuple[Any, ...]]:
    return [(row.outcome, row.reward_wei, row.fee_from_rewards_wei) for row in pipeline.rows(ids)]


def test_settled_contributions_whose_blocks_were_dropped_are_added_and_settled_again(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline, clock = start(chain, tmp_path)
    pipeline.step()
    start_number = chain.node.head().number
    ids = settle(pipeline, chain)
    before = money(pipeline, ids)
    drop(chain, depth_since(chain, start_number))
    pipeline.worker.poll()
    assert set(pipeline.statuses(ids)) == {"sent"}
    assert {row.outcome for row in pipeline.rows(ids)} == {None}
    clock.advance(6)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    for _ in range(4):
        # the old settlement comes too early now and reverts, which makes the settler pause
        chain.pass_time(200)
        pipeline.step()
        clock.advance(200)
    pipeline.run_until(pipeline.all_are(ids, "settled"))
    assert money(pipeline, ids) == before
    assert on_chain(chain) == 4


def test_only_the_settlement_is_dropped_and_is_made_again(chain: Chain, tmp_path: Path) -> None:
    pipeline, clock = start(chain, tmp_path)
    ids = pipeline.queue(pipeline.contributions(4))
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    chain.mine(2)
    pipeline.step()
    before_settling = chain.node.head().number
    chain.pass_time(700)
    pipeline.run_until(pipeline.all_are(ids, "settled"))
    batch = pipeline.store.batches.get(1)
    assert batch is not None
    assert batch.status.value == "closed"
    drop(chain, depth_since(chain, before_settling))
    pipeline.worker.poll()
    assert set(pipeline.statuses(ids)) == {"confirmed"}
    batch = pipeline.store.batches.get(1)
    assert batch is not None
    assert (batch.status.value, batch.open_map) == ("confirmed", "0xf")
    chain.pass_time(700)
    clock.advance(700)
    pipeline.run_until(pipeline.all_are(ids, "settled"))
    assert on_chain(chain) == 4


def test_a_withdrawal_whose_block_was_dropped_goes_out_again(chain: Chain, tmp_path: Path) -> None:
    pipeline, clock = start(chain, tmp_path)
    player = earn(pipeline, chain)
    chain.mine(3)
    pipeline.step()
    before = chain.node.head().number
    receiver = "0x" + "ac" * 20
    message, signature = player.withdraw(
        receiver, 10**12, deadline=chain.now() + 5_000, max_fee_gwei=100
    )
    digest = pipeline.queue_withdrawal(message, signature)

    def is_(status: WithdrawalStatus) -> Callable[[], bool]:
        def check() -> bool:
            row = pipeline.store.withdrawals.get(digest)
            return row is not None and row.status is status

        return check

    pipeline.run_until(is_(WithdrawalStatus.CONFIRMED))
    paid_wei = chain.node.balance_wei(receiver)
    drop(chain, depth_since(chain, before))
    assert chain.node.balance_wei(receiver) == 0
    pipeline.worker.poll()
    assert is_(WithdrawalStatus.SENT)()
    clock.advance(6)
    pipeline.run_until(is_(WithdrawalStatus.CONFIRMED))
    assert chain.node.balance_wei(receiver) == paid_wei


def test_a_foreign_transaction_that_was_dropped_gives_the_nonce_back(
    chain: Chain, tmp_path: Path
) -> None:
    node, clock = HookedNode(chain.url), ManualClock(float(chain.now()))
    pipeline = Pipeline.start(chain, tmp_path, node=node, clock=clock)
    pipeline.step()
    before = chain.node.head().number
    ids = pipeline.queue(pipeline.contributions(3))
    once(unreachable, node.before, "eth_sendRawTransaction")
    pipeline.step()
    chain.send(chain.relayer_key, chain.relayer, b"")
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    assert chain.node.transaction_count(chain.relayer) == 2
    drop(chain, depth_since(chain, before))
    for _ in range(3):
        pipeline.worker.poll()
        clock.advance(6)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    assert on_chain(chain) == 3
    assert chain.node.transaction_count(chain.relayer) == 2, "no nonce is left open"


def test_a_batch_that_had_reverted_takes_its_members_back(chain: Chain, tmp_path: Path) -> None:
    node, clock = HookedNode(chain.url), ManualClock(float(chain.now()))
    pipeline = Pipeline.start(chain, tmp_path, node=node, clock=clock)
    pipeline.step()
    before = chain.node.head().number
    ids = pipeline.queue(pipeline.contributions(3))
    pause = chain.forwarder.interface.encode("setPaused", True)
    once(
        lambda: chain.send(chain.deployer_key, chain.forwarder.address, pause),
        node.before,
        "eth_sendRawTransaction",
    )
    pipeline.run_until(pipeline.all_are(ids, "queued"))
    drop(chain, depth_since(chain, before))
    pipeline.worker.poll()
    assert set(pipeline.statuses(ids)) == {"sent"}, "the pause is gone with its block"
    clock.advance(6)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    assert {row.batch_id for row in pipeline.rows(ids)} == {1}
    assert on_chain(chain) == 3
    assert chain.node.transaction_count(chain.relayer) == 1


def test_members_that_went_on_elsewhere_belong_to_whoever_took_effect_first(
    chain: Chain, tmp_path: Path
) -> None:
    node, clock = HookedNode(chain.url), ManualClock(float(chain.now()))
    pipeline = Pipeline.start(chain, tmp_path, node=node, clock=clock)
    pipeline.step()
    before = chain.node.head().number
    ids = pipeline.queue(pipeline.contributions(3))
    pause = chain.forwarder.interface.encode("setPaused", True)
    go_on = chain.forwarder.interface.encode("setPaused", False)
    once(
        lambda: chain.send(chain.deployer_key, chain.forwarder.address, pause),
        node.before,
        "eth_sendRawTransaction",
    )
    pipeline.run_until(pipeline.all_are(ids, "queued"))
    chain.send(chain.deployer_key, chain.forwarder.address, go_on)
    clock.advance(60)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    assert 1 not in {row.batch_id for row in pipeline.rows(ids)}
    drop(chain, depth_since(chain, before))
    for _ in range(3):
        pipeline.worker.poll()
        clock.advance(6)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    assert {row.batch_id for row in pipeline.rows(ids)} == {1}, "the first nonce came first"
    assert on_chain(chain) == 3


def test_a_player_whose_request_was_taken_back_is_read_again(chain: Chain, tmp_path: Path) -> None:
    pipeline, _ = start(chain, tmp_path)
    pipeline.step()
    before = chain.node.head().number
    player = Player(7, chain.domain)
    signed = player.contribute(chain.trainer.address, deadline=chain.now() + 5_000)
    ids = pipeline.queue([signed])
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    pipeline.step()
    drop(chain, depth_since(chain, before))
    pipeline.worker.poll()
    snapshot = pipeline.store.players.get(player.address)
    assert snapshot is not None
    assert snapshot.seen == 0


def test_a_kill_anywhere_in_the_repair_leaves_nothing_half_taken_back(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline = Pipeline.start(chain, tmp_path)
    pipeline.step()
    before = chain.node.head().number
    ids = pipeline.queue(pipeline.contributions(3))
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    pipeline.worker.close()
    drop(chain, depth_since(chain, before))
    points = poll_until_killed(chain, copied(tmp_path, 0), None)
    assert len(points) > 5
    for kill_at in points:
        snapshot = chain.node.request("evm_snapshot", [])
        folder = copied(tmp_path, kill_at)
        poll_until_killed(chain, folder, kill_at)
        second = Pipeline.start(chain, folder)
        second.run_until(second.all_are(ids, "confirmed"))
        assert on_chain(chain) == 3, f"killed at contact {kill_at}"
        assert second.store.trail.latest_reorganisation() is not None
        second.worker.close()
        chain.node.request("evm_revert", [snapshot])


def copied(folder: Path, number: int) -> Path:
    copy = folder / str(number)
    copy.mkdir()
    shutil.copy(folder / "relayer.db", copy)
    return copy


def poll_until_killed(chain: Chain, folder: Path, kill_at: int | None) -> list[int]:
    """One look at the chain that ends at a contact with the world; where it may be killed."""
    fuse = Fuse()
    snapshot = chain.node.request("evm_snapshot", []) if kill_at is None else None
    pipeline = Pipeline.start(
        chain, folder, node=FusedNode(chain.url, fuse), clock=FusedClock(fuse)
    )
    fuse.start_over()
    fuse.watch(pipeline.settings.database)
    fuse.blow_at = kill_at
    with suppress(Killed):
        pipeline.worker.poll()
    pipeline.worker.close()
    if snapshot is not None:
        chain.node.request("evm_revert", [snapshot])
    return fuse.telling_points()
