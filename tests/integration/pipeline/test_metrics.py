"""What a worker over a real chain brings into the metrics."""

from __future__ import annotations

from pathlib import Path

from relayer.metrics.reading import read_metrics
from tests.chain import Chain
from tests.pipeline import Pipeline


def test_batches_money_and_requests_to_the_node_are_counted_and_go_on_after_a_restart(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline = Pipeline.start(chain, tmp_path)
    ids = pipeline.queue(pipeline.contributions(6))
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    chain.pass_time(5_000)
    pipeline.run_until(lambda: set(pipeline.statuses(ids)) == {"settled"})
    values = read_metrics(pipeline.store, pipeline.worker.clock.now())
    kinds = {kind for _, kind in values["relayer_transactions_total"]}
    assert {"add", "settle"} <= kinds
    assert values["relayer_attempts_total"][chain.relayer,] >= 2
    assert values["relayer_signer_balance_wei"][chain.relayer,] > 0
    assert values["relayer_signer_pending"][chain.relayer,] == 0
    assert sum(values["relayer_settled"].values()) == 6
    assert values["relayer_fees_credited_wei"][()] > 0
    assert values["relayer_node_reachable"][()] == 1
    before = values["relayer_node_requests_total"][chain.url,]
    assert before > 0
    pipeline.worker.close()
    again = Pipeline.start(chain, tmp_path)
    again.step()
    after = read_metrics(again.store, again.worker.clock.now())
    assert after["relayer_node_requests_total"][chain.url,] > before
    again.worker.close()
