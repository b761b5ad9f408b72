"""What goes into a batch, what stays out, and what becomes of items that the chain skips."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from relayer.batch.dry_run import encode_add
from relayer.clock import ManualClock
from relayer.keys import Signer
from tests.chain import ETHER, GWEI, Chain, Player
from tests.hooked_node import HookedNode, once
from tests.pipeline import Pipeline

SEND = "eth_sendRawTransaction"
RIVAL_KEY = bytes.fromhex("33" * 32)


def set_daily_limit(chain: Chain, limit_wei: int) -> None:
    data = chain.forwarder.interface.encode("setLimits", limit_wei, 100 * GWEI, 2 * GWEI)
    chain.send(chain.deployer_key, chain.forwarder.address, data)


def set_paused(chain: Chain, paused: bool) -> None:
    data = chain.forwarder.interface.encode("setPaused", paused)
    chain.send(chain.deployer_key, chain.forwarder.address, data)


def signed_by(chain: Chain, number: int, **overrides: Any) -> Any:
    fields: dict[str, Any] = {"deadline": chain.now() + 5_000, "features": (1, 2, 3)}
    player = Player(number, chain.domain)
    return player.contribute(chain.trainer.address, **(fields | overrides))


def test_culprits_fail_alone_each_with_its_reason(chain: Chain, tmp_path: Path) -> None:
    pipeline = Pipeline.start(chain, tmp_path)
    used = pipeline.queue([signed_by(chain, 1)])
    pipeline.run_until(pipeline.all_are(used, "confirmed"))
    forged = signed_by(chain, 3)[0], signed_by(chain, 4)[1]
    replayed = signed_by(chain, 1, label=1)
    with pipeline.store.transaction() as connection:
        connection.execute("DROP INDEX contributions_living_nonce")
    ids = pipeline.queue(
        [
            signed_by(chain, 10),
            forged,
            signed_by(chain, 11),
            replayed,
            signed_by(chain, 5, max_fee_gwei=1),
            signed_by(chain, 6, label=99),
            signed_by(chain, 7, features=(9, 9)),
            signed_by(chain, 12),
        ]
    )
    pipeline.run_until(lambda: pipeline.statuses(ids).count("confirmed") == 3)
    assert [(row.status.value, row.reason) for row in pipeline.rows(ids)] == [
        ("confirmed", None),
        ("failed", "bad-signature"),
        ("confirmed", None),
        ("failed", "nonce-used"),
        ("failed", "fee-above-max"),
        ("failed", "unfit"),
        ("failed", "unfit"),
        ("confirmed", None),
    ]
    assert [pipeline.rows(ids)[place].record_index for place in (0, 2, 7)] == [0, 1, 2]


def test_late_items_leave_the_queue_as_expired(chain: Chain, tmp_path: Path) -> None:
    pipeline = Pipeline.start(chain, tmp_path)
    late = pipeline.queue([signed_by(chain, 1, deadline=chain.now() + 3)])
    timely = pipeline.queue([signed_by(chain, 2)])
    pipeline.run_until(pipeline.all_are(timely, "confirmed"))
    assert pipeline.statuses(late) == ["expired"]


def test_item_that_a_rival_brought_first_fails_and_its_neighbours_do_not(
    chain: Chain, tmp_path: Path
) -> None:
    node = HookedNode(chain.url)
    pipeline = Pipeline.start(chain, tmp_path, node=node)
    ids = pipeline.queue(pipeline.contributions(5, players=5))
    rival = Signer(RIVAL_KEY).address
    chain.node.request("anvil_setBalance", [rival, hex(ETHER)])
    allow = chain.forwarder.interface.encode("setRelayer", rival, True)
    chain.send(chain.deployer_key, chain.forwarder.address, allow)
    stolen = pipeline.contributions(5, players=5)[2]

    def bring_it_first() -> None:
        other = Pipeline.start(chain, tmp_path / "rival")
        other.queue([stolen])
        queue = other.store.contributions.oldest_queued(chain.trainer.address, 1)
        data = encode_add(other.worker.system, chain.trainer.address, queue)
        chain.send(RIVAL_KEY, chain.forwarder.address, data)

    once(bring_it_first, node.before, SEND)
    pipeline.run_until(lambda: "failed" in pipeline.statuses(ids))
    assert pipeline.statuses(ids) == ["confirmed", "confirmed", "failed", "confirmed", "confirmed"]
    pipeline.run_until(lambda: pipeline.rows(ids)[2].reason == "brought-by-another")
    assert "Another relayer brought it, in the transaction 0x" in (
        pipeline.rows(ids)[2].detail or ""
    )
    assert [row.record_index for row in pipeline.rows(ids)] == [0, 1, None, 2, 3]


def test_items_over_the_daily_limit_wait_for_money(chain: Chain, tmp_path: Path) -> None:
    clock = ManualClock(float(chain.now()))
    pipeline = Pipeline.start(chain, tmp_path, clock=clock)
    set_daily_limit(chain, 1)
    ids = pipeline.queue(pipeline.contributions(4))
    pipeline.step()
    pipeline.step()
    assert set(pipeline.statuses(ids)) == {"queued"}
    beat = pipeline.store.chain_state.view().heartbeat
    assert beat is not None
    assert "daily limit" in (beat.detail or "")
    set_daily_limit(chain, ETHER)
    clock.advance(6)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))


def test_items_over_budget_on_chain_go_back_to_the_queue(chain: Chain, tmp_path: Path) -> None:
    node = HookedNode(chain.url)
    clock = ManualClock(float(chain.now()))
    pipeline = Pipeline.start(chain, tmp_path, node=node, clock=clock)
    ids = pipeline.queue(pipeline.contributions(4))
    once(lambda: set_daily_limit(chain, 1), node.before, SEND)
    pipeline.run_until(lambda: pipeline.store.batches.get(1) is not None)
    pipeline.run_until(pipeline.all_are(ids, "queued"))
    set_daily_limit(chain, ETHER)
    clock.advance(6)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    assert len({row.batch_id for row in pipeline.rows(ids)}) == 1


def test_batch_that_reverts_goes_back_to_the_queue_and_the_breaker_pauses(
    chain: Chain, tmp_path: Path
) -> None:
    node = HookedNode(chain.url)
    clock = ManualClock(float(chain.now()))
    pipeline = Pipeline.start(chain, tmp_path, node=node, clock=clock)
    ids = pipeline.queue(pipeline.contributions(4))
    once(lambda: set_paused(chain, True), node.before, SEND)
    pipeline.step()
    assert set(pipeline.statuses(ids)) == {"sent"}
    pipeline.run_until(pipeline.all_are(ids, "queued"))
    set_paused(chain, False)
    # the pause after a refused dry run is over by then
    clock.advance(6)
    for _ in range(3):
        pipeline.step()
    assert set(pipeline.statuses(ids)) == {"queued"}, "the breaker holds for ten seconds"
    clock.advance(5)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    reverted = pipeline.store.transactions.get(1)
    assert reverted is not None
    assert (reverted.status.value, reverted.reason) == ("failed", "reverted")


def test_paused_tank_keeps_the_queue(chain: Chain, tmp_path: Path) -> None:
    clock = ManualClock(float(chain.now()))
    pipeline = Pipeline.start(chain, tmp_path, clock=clock)
    set_paused(chain, True)
    ids = pipeline.queue(pipeline.contributions(4))
    pipeline.step()
    assert set(pipeline.statuses(ids)) == {"queued"}
    assert "TankPaused" in pipeline.worker.batcher.blocked[chain.trainer.address]
    set_paused(chain, False)
    clock.advance(6)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))


def test_cancelled_between_dry_run_and_claim_is_not_sent(chain: Chain, tmp_path: Path) -> None:
    node = HookedNode(chain.url)
    pipeline = Pipeline.start(chain, tmp_path, node=node)
    ids = pipeline.queue(pipeline.contributions(4))

    def cancel() -> None:
        assert pipeline.store.contributions.cancel(ids[1], pipeline.worker.clock.now())

    once(cancel, node.after, "eth_estimateGas")
    pipeline.step()
    assert pipeline.statuses(ids) == ["queued", "cancelled", "queued", "queued"]
    assert chain.node.transaction_count(chain.relayer) == 0, "the claim was undone with its nonce"
    others = [ids[0], ids[2], ids[3]]
    pipeline.run_until(pipeline.all_are(others, "confirmed"))
    assert pipeline.store.transactions.get(1) is not None
    assert chain.node.transaction_count(chain.relayer) == 1


def test_batches_are_cut_to_the_gas_that_one_may_use(chain: Chain, tmp_path: Path) -> None:
    pipeline = Pipeline.start(chain, tmp_path, max_batch_gas=1_500_000)
    # twenty new words each: seven times what the batch that is tried first reckons with
    long = [
        signed_by(chain, number, features=tuple(range(20 * number, 20 * number + 20)))
        for number in range(10)
    ]
    ids = pipeline.queue(long)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    with pipeline.store.transaction() as connection:
        rows = connection.execute(
            "SELECT gas_limit, gas_used, succeeded FROM transactions"
        ).fetchall()
    assert len(rows) > 1
    assert all(row["succeeded"] for row in rows)
    assert all(row["gas_used"] <= row["gas_limit"] <= 1_500_000 for row in rows)


def test_several_trainers_have_queues_of_their_own(chain: Chain, tmp_path: Path) -> None:
    pipeline = Pipeline.start(chain, tmp_path)
    deadline = chain.now() + 5_000
    spam = Player(30, chain.domain)
    ids = pipeline.queue(
        [
            *pipeline.contributions(3),
            spam.contribute(
                chain.perceptron.address, deadline=deadline, label=1, features=(5, 1007)
            ),
        ]
    )
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    assert {row.trainer for row in pipeline.rows(ids)} == {
        chain.trainer.address,
        chain.perceptron.address,
    }
    assert len({row.batch_id for row in pipeline.rows(ids)}) == 2


def test_batch_that_outgrows_its_allowance_is_estimated_again(chain: Chain, tmp_path: Path) -> None:
    pipeline = Pipeline.start(chain, tmp_path)
    light = pipeline.queue([signed_by(chain, number, features=(1, 2)) for number in range(20)])
    pipeline.run_until(pipeline.all_are(light, "confirmed"))
    # sixty new words each: many times what the first batch took
    heavy = pipeline.queue(
        [
            signed_by(chain, 100 + number, features=tuple(range(60 * number, 60 * number + 60)))
            for number in range(3)
        ]
    )
    pipeline.run_until(pipeline.all_are(heavy, "confirmed"))
    with pipeline.store.transaction() as connection:
        rows = connection.execute("SELECT gas_limit, gas_used, succeeded FROM transactions")
        assert all(row["succeeded"] and row["gas_used"] < row["gas_limit"] for row in rows)
