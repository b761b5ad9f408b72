"""A node that tells wrong counts opens no gaps in a lane while another one contradicts."""

from __future__ import annotations

from pathlib import Path

import pytest

from relayer.clock import ManualClock
from relayer.worker import GAP_INTERVAL_S
from tests.chain import Chain
from tests.faulty_proxy import FaultyProxy, result
from tests.pipeline import Pipeline

COUNT = "eth_getTransactionCount"
FAR = 5_000


@pytest.mark.parametrize("lies_at_first", [True, False], ids=["at the start", "later"])
def test_a_count_that_another_node_contradicts_skips_no_nonces(
    chain: Chain, tmp_path: Path, lies_at_first: bool
) -> None:
    clock, used = ManualClock(float(chain.now())), chain.node.transaction_count(chain.relayer)
    with FaultyProxy(chain.url) as proxy:
        pipeline = Pipeline.start(
            chain, tmp_path, clock=clock, rpc_url=proxy.url, rpc_urls=(chain.url,)
        )
        if not lies_at_first:
            pipeline.step()
        proxy.fail(result(lambda told: hex(FAR)), COUNT)
        clock.advance(GAP_INTERVAL_S + 1)
        pipeline.step()
        proxy.heal()
    assert pipeline.store.signers.take_nonce(chain.relayer) == used
