"""A market from the commitment to the last wei, driven by the worker."""

from __future__ import annotations

from pathlib import Path

from tests.chain import Chain
from tests.fair import Fair
from tests.pipeline import Pipeline


def test_a_market_runs_from_the_commitment_to_the_last_settlement(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline = Pipeline.start(chain, tmp_path)
    fair = Fair(chain, pipeline, tmp_path)
    fair.open()
    ids = fair.contribute(12)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    fair.end_participation()
    fair.reveal()
    fair.run_to_closed()
    assert fair.payouts() == fair.expected().payouts_wei
    pipeline.run_until(pipeline.all_are(ids, "settled"))
