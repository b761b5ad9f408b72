"""Settling by order, and draining the house."""

from __future__ import annotations

from pathlib import Path

from relayer.store.orders import OrderKind
from relayer.store.switches import Switch
from tests.chain import Chain
from tests.integration.orders.giving import give, run_to_end, standing
from tests.picky_node import REFUSALS, PickyNode
from tests.pipeline import Pipeline


def start_patient(chain: Chain, folder: Path) -> tuple[Pipeline, list[str]]:
    """A batch in the reward stage of which the model agrees with all but the last.

    The settler would wait for more, or for the last one.
    """
    pipeline = Pipeline.start(chain, folder, settle_min_items=100, settle_max_delay_s=10_000.0)
    features = (1, 2, 3)
    signed = [
        *pipeline.contributions(3, players=3, label=0, features=features),
        *pipeline.contributions(1, players=1, first_player=9, label=1, features=features),
    ]
    ids = pipeline.queue(signed)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    return pipeline, ids


def test_due_contributions_are_settled_at_once_by_order(chain: Chain, tmp_path: Path) -> None:
    pipeline, ids = start_patient(chain, tmp_path)
    give(pipeline, OrderKind.SETTLE)
    state, words = run_to_end(pipeline)
    assert (state, words.partition(":")[0]) == ("done", "nothing can be settled now")
    chain.pass_time(61)
    for _ in range(3):
        pipeline.step()
    assert set(pipeline.statuses(ids)) == {"confirmed"}, "by itself the settler waits"
    give(pipeline, OrderKind.SETTLE, "order-2")
    assert run_to_end(pipeline, "order-2") == ("done", "settled 3: 3 refunded, 0 forfeited")
    assert pipeline.statuses(ids) == ["settled", "settled", "settled", "confirmed"]


def test_one_batch_can_be_settled_alone(chain: Chain, tmp_path: Path) -> None:
    pipeline, ids = start_patient(chain, tmp_path)
    chain.pass_time(601)
    batch = pipeline.rows(ids)[0].batch_id
    give(pipeline, OrderKind.SETTLE, batch=batch)
    assert run_to_end(pipeline) == ("done", "settled 4: 3 refunded, 1 forfeited")
    give(pipeline, OrderKind.SETTLE, "order-2", batch=batch)
    give(pipeline, OrderKind.SETTLE, "order-3", batch=77)
    pipeline.step()
    assert "is closed; only a confirmed one" in standing(pipeline, "order-2")[1]
    assert standing(pipeline, "order-3") == ("refused", "there is no batch 77")


def test_draining_waits_for_everything_that_was_accepted(chain: Chain, tmp_path: Path) -> None:
    pipeline = Pipeline.start(chain, tmp_path)
    ids = pipeline.queue(pipeline.contributions(3))
    pipeline.store.switches.pause(Switch.INTAKE, "to move", pipeline.worker.clock.now())
    give(pipeline, OrderKind.DRAIN)
    chain.stop_mining()
    pipeline.worker.poll()
    assert standing(pipeline) == ("begun", "waits for 3 queued contributions")
    pipeline.step()
    pipeline.step()
    assert standing(pipeline) == ("begun", "waits for 1 transaction under way")
    chain.go_on_mining()
    chain.mine()
    state, words = run_to_end(pipeline)
    assert state == "done"
    assert words.startswith("nothing is queued or under way after ")
    assert set(pipeline.statuses(ids)) == {"confirmed"}


def test_draining_ends_when_the_intake_is_opened_again(chain: Chain, tmp_path: Path) -> None:
    pipeline = Pipeline.start(chain, tmp_path)
    pipeline.queue(pipeline.contributions(1))
    pipeline.store.switches.pause(Switch.INTAKE, "to move", pipeline.worker.clock.now())
    give(pipeline, OrderKind.DRAIN)
    pipeline.worker.poll()
    pipeline.store.switches.resume(Switch.INTAKE)
    pipeline.worker.poll()
    state, words = standing(pipeline)
    assert (state, "takes contributions in again" in words) == ("refused", True)


def test_an_order_that_the_node_refuses_to_try_holds_up_no_other(
    chain: Chain, tmp_path: Path
) -> None:
    node = PickyNode(chain.url)
    node.error = REFUSALS["eth_call"]
    pipeline = Pipeline.start(
        chain,
        tmp_path,
        node=node,
        max_batch_items=2,
        settle_min_items=100,
        settle_max_delay_s=10_000.0,
    )
    features = (1, 2, 3)
    signed = [
        *pipeline.contributions(2, players=2, label=0, features=features),
        *pipeline.contributions(1, players=1, first_player=8, label=0, features=features),
        *pipeline.contributions(1, players=1, first_player=9, label=1, features=features),
    ]
    ids = pipeline.queue(signed)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    first, second = pipeline.rows(ids)[0].batch_id, pipeline.rows(ids)[2].batch_id
    batch = pipeline.store.batches.get(first or 0)
    assert batch is not None
    node.refused = batch.records
    chain.pass_time(61)
    give(pipeline, OrderKind.SETTLE, batch=first)
    give(pipeline, OrderKind.SETTLE, "order-2", batch=second)
    assert run_to_end(pipeline, "order-2") == ("done", "settled 1: 1 refunded, 0 forfeited")
    assert "the node refused" in standing(pipeline)[1]
