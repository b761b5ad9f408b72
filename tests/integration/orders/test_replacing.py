"""Orders about transactions that no block holds: speed up, cancel, close gaps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from relayer.store.orders import OrderKind
from relayer.store.switches import Switch
from relayer.store.transactions import Attempt
from tests.chain import Chain
from tests.integration.orders.giving import give, run_to_end, standing
from tests.pipeline import Pipeline


def send_into_the_pool(chain: Chain, folder: Path, **overrides: Any) -> tuple[Pipeline, list[str]]:
    """A batch that waits for its block."""
    pipeline = Pipeline.start(chain, folder, **overrides)
    ids = pipeline.queue(pipeline.contributions(3))
    chain.stop_mining()
    pipeline.step()
    return pipeline, ids


def attempts(pipeline: Pipeline) -> list[Attempt]:
    return pipeline.store.transactions.attempts(1)


def test_speeding_up_offers_more_at_once_and_only_once(chain: Chain, tmp_path: Path) -> None:
    pipeline, ids = send_into_the_pool(chain, tmp_path)
    give(pipeline, OrderKind.SPEED_UP, transaction=1)
    pipeline.step()
    first, second = attempts(pipeline)
    assert second.max_fee_per_gas_wei * 100 >= first.max_fee_per_gas_wei * 110
    assert second.max_priority_fee_per_gas_wei * 100 >= first.max_priority_fee_per_gas_wei * 110
    state, words = standing(pipeline)
    assert state == "done"
    assert second.hash in words
    pipeline.step()
    assert len(attempts(pipeline)) == 2
    chain.go_on_mining()
    chain.mine()
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    mined = pipeline.store.transactions.get(1)
    assert mined is not None
    assert mined.mined_hash == second.hash


def test_speeding_up_stops_at_the_cap(chain: Chain, tmp_path: Path) -> None:
    pipeline, _ = send_into_the_pool(chain, tmp_path, max_fee_per_gas_cap_wei=3 * 10**9)
    give(pipeline, OrderKind.SPEED_UP, transaction=1)
    pipeline.step()
    state, words = standing(pipeline)
    assert state == "refused"
    assert "above the cap" in words
    assert len(attempts(pipeline)) == 1


def test_what_a_block_holds_cannot_be_sped_up(chain: Chain, tmp_path: Path) -> None:
    pipeline = Pipeline.start(chain, tmp_path)
    ids = pipeline.queue(pipeline.contributions(3))
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    for number in (1, 99):
        give(pipeline, OrderKind.SPEED_UP, f"order-{number}", transaction=number)
    pipeline.step()
    assert standing(pipeline) == (
        "refused",
        f"transaction 1 (nonce 0 of {chain.relayer}) is confirmed: there is nothing to speed up",
    )
    assert "there is no transaction 99" in standing(pipeline, "order-99")[1]


def test_paused_sending_holds_orders_back_and_nothing_is_signed(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline, _ = send_into_the_pool(chain, tmp_path)
    pipeline.store.switches.pause(Switch.SENDING, "a look at the node", 0.0)
    give(pipeline, OrderKind.SPEED_UP, transaction=1)
    pipeline.step()
    assert standing(pipeline) == ("asked", "waits: sending is paused")
    assert len(attempts(pipeline)) == 1
    pipeline.store.switches.resume(Switch.SENDING)
    pipeline.step()
    assert standing(pipeline)[0] == "done"


def test_order_that_no_worker_began_in_time_is_refused(chain: Chain, tmp_path: Path) -> None:
    pipeline, _ = send_into_the_pool(chain, tmp_path)
    order = give(pipeline, OrderKind.SPEED_UP, transaction=1)
    with pipeline.store.transaction() as connection:
        connection.execute("UPDATE orders SET asked_at = asked_at - 3601")
    pipeline.step()
    assert order.state == "asked"
    assert standing(pipeline)[0] == "refused"
    assert len(attempts(pipeline)) == 1


def test_cancelling_is_followed_until_the_nonce_is_used_up(chain: Chain, tmp_path: Path) -> None:
    pipeline, ids = send_into_the_pool(chain, tmp_path)
    give(pipeline, OrderKind.CANCEL, transaction=1)
    pipeline.step()
    assert standing(pipeline)[0] == "begun"
    pipeline.step()
    assert [attempt.is_empty for attempt in attempts(pipeline)] == [False, True]
    chain.go_on_mining()
    chain.mine()
    state, words = run_to_end(pipeline)
    assert state == "done"
    assert "used up without effect" in words
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))


def test_cancelling_tells_when_the_transaction_was_faster(chain: Chain, tmp_path: Path) -> None:
    pipeline, _ = send_into_the_pool(chain, tmp_path)
    give(pipeline, OrderKind.CANCEL, transaction=1)
    pipeline.worker.foreman.step(chain.node.head(), may_send=True)
    chain.go_on_mining()
    chain.mine()
    state, words = run_to_end(pipeline)
    assert (state, "was faster: it took effect" in words) == ("done", True)


def test_gap_of_nonces_is_closed_at_once(chain: Chain, tmp_path: Path) -> None:
    pipeline = Pipeline.start(chain, tmp_path)
    pipeline.step()
    with pipeline.store.transaction():
        taken = [pipeline.store.signers.take_nonce(chain.relayer) for _ in range(2)]
    give(pipeline, OrderKind.CLOSE_GAP, signer=chain.relayer)
    state, words = run_to_end(pipeline)
    assert state == "done"
    assert words == (
        f"closed: nonce {taken[0]} of {chain.relayer}, nonce {taken[1]} of {chain.relayer}"
    )
    assert chain.node.transaction_count(chain.relayer) == 2
    give(pipeline, OrderKind.CLOSE_GAP, "order-2")
    assert run_to_end(pipeline, "order-2") == (
        "done",
        "there is no gap: every nonce belongs to a transaction",
    )
