"""Validations whose blocks the chain drops, before and after they counted as final."""

from __future__ import annotations

from pathlib import Path

import pytest

from relayer.clock import ManualClock
from tests.chain import Chain
from tests.integration.pipeline.test_reorganisations import depth_since, drop
from tests.parlour import Parlour

ANNA, BEN = 1, 2


@pytest.mark.parametrize("is_deep", [False, True])
def test_a_validation_whose_block_was_dropped_goes_out_again_and_counts_once(
    chain: Chain, tmp_path: Path, is_deep: bool
) -> None:
    clock = ManualClock(float(chain.now()))
    parlour = Parlour.open(chain, tmp_path, clock=clock, confirmations=2)
    try:
        of_anna, _ = parlour.contribute(ANNA, BEN)
        chain.mine(2)
        parlour.pipeline.step()
        before = chain.node.head().number
        validation = parlour.validate(BEN, of_anna)
        parlour.pipeline.step()
        if is_deep:
            parlour.run_until_final(validation)
            parlour.pipeline.run_until(parlour.pipeline.all_are([of_anna], "settled"))
        else:
            parlour.pipeline.step()
            assert parlour.statuses([validation]) == [("mined", None)]
        drop(chain, depth_since(chain, before))
        assert parlour.standing(ANNA)["points"] == 0
        parlour.pipeline.worker.poll()
        assert parlour.statuses([validation]) == [("sent", None)]
        assert parlour.pipeline.statuses([of_anna]) == ["confirmed"]
        clock.advance(6)
        parlour.run_until_final(validation)
        parlour.pipeline.run_until(parlour.pipeline.all_are([of_anna], "settled"))
        assert parlour.statuses([validation]) == [("confirmed", None)]
        assert parlour.standing(ANNA)["points"] == 1
        assert len(parlour.events("BatchValidated")) == 1
    finally:
        parlour.close()


def test_lost_database_learns_from_the_chain_what_validations_have_settled(
    chain: Chain, tmp_path: Path
) -> None:
    parlour = Parlour.open(chain, tmp_path)
    of_anna, of_ben = parlour.contribute(ANNA, BEN)
    parlour.run_until_final(parlour.validate(BEN, of_anna))
    parlour.pipeline.run_until(parlour.pipeline.all_are([of_anna], "settled"))
    parlour.close()
    for file in tmp_path.glob("relayer.db*"):
        file.unlink()
    parlour = Parlour.open(chain, tmp_path)
    try:
        parlour.pipeline.step()
        assert parlour.pipeline.statuses([of_anna, of_ben]) == ["settled", "confirmed"]
        parlour.run_until_final(parlour.validate(ANNA, of_ben, nonce=99))
        parlour.pipeline.run_until(parlour.pipeline.all_are([of_ben], "settled"))
    finally:
        parlour.close()
