"""A batch that the node refuses to try holds up its own settlement, and no other batch's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chain import Chain
from tests.picky_node import REFUSALS, PickyNode
from tests.pipeline import Pipeline


@pytest.mark.parametrize("name", ["eth_call", "reverted"])
def test_a_batch_that_the_node_refuses_to_try_holds_up_no_other(
    chain: Chain, tmp_path: Path, name: str
) -> None:
    node = PickyNode(chain.url)
    node.error = REFUSALS[name]
    pipeline = Pipeline.start(chain, tmp_path, node=node, max_batch_items=2)
    ids = pipeline.queue(pipeline.contributions(4))
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    first, second = ids[:2], ids[2:]
    batch = pipeline.store.batches.get(pipeline.rows(first)[0].batch_id or 0)
    assert batch is not None
    assert batch.records
    node.refused = batch.records
    chain.pass_time(601)
    pipeline.run_until(pipeline.all_are(second, "settled"))
    assert set(pipeline.statuses(first)) == {"confirmed"}
    node.refused = None
    chain.pass_time(3_601)
    pipeline.run_until(pipeline.all_are(first, "settled"))
