"""A batch whose validations the node refuses to try holds up those of no other batch."""

from __future__ import annotations

from pathlib import Path

from tests.chain import Chain
from tests.parlour import Parlour
from tests.picky_node import REFUSALS, PickyNode

ANNA, BEN = 1, 2


def test_validations_that_the_node_refuses_to_try_hold_up_no_others(
    chain: Chain, tmp_path: Path
) -> None:
    node = PickyNode(chain.url)
    node.error = REFUSALS["eth_estimateGas"]
    parlour = Parlour.open(chain, tmp_path, node=node)
    [of_anna] = parlour.contribute(ANNA)
    [of_ben] = parlour.contribute(BEN, first_feature=50)
    held, other = parlour.validate(BEN, of_anna), parlour.validate(ANNA, of_ben)
    batch = parlour.store.batches.get(parlour.pipeline.rows([of_anna])[0].batch_id or 0)
    assert batch is not None
    node.refused = batch.records
    parlour.run_until_final(other)
    assert parlour.statuses([held, other]) == [("queued", None), ("confirmed", None)]
    parlour.close()
