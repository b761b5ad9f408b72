"""The machine's clock is set forward and back under a worker; nothing accepted comes to harm."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from relayer.clock import ManualClock
from tests.chain import GWEI, Chain
from tests.pipeline import Pipeline

DAY_S = 86_400.0


@pytest.mark.parametrize("jump_s", [DAY_S, -DAY_S])
def test_queued_contributions_go_out_after_a_jump(
    chain: Chain, tmp_path: Path, jump_s: float
) -> None:
    clock = ManualClock(float(chain.now()))
    pipeline = Pipeline.start(chain, tmp_path, clock=clock, max_wait_s=2.0)
    pipeline.step()
    ids = pipeline.queue(pipeline.contributions(3))
    clock.jump(jump_s)
    pipeline.step()
    clock.advance(1)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    assert chain.node.transaction_count(chain.relayer) == 1


@pytest.mark.parametrize("jump_s", [DAY_S, -DAY_S])
def test_what_is_under_way_is_confirmed_after_a_jump(
    chain: Chain, tmp_path: Path, jump_s: float
) -> None:
    clock = ManualClock(float(chain.now()))
    pipeline = Pipeline.start(chain, tmp_path, clock=clock)
    ids = pipeline.queue(pipeline.contributions(3))
    chain.stop_mining()
    pipeline.step()
    clock.jump(jump_s)
    pipeline.step()
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    assert chain.node.transaction_count(chain.relayer) == 1


def test_what_the_node_dropped_is_sent_again_in_time_when_the_clock_was_set_back(
    chain: Chain, tmp_path: Path
) -> None:
    clock = ManualClock(float(chain.now()))
    pipeline = Pipeline.start(chain, tmp_path, clock=clock, resend_after_s=12.0)
    ids = pipeline.queue(pipeline.contributions(3))
    chain.stop_mining()
    pipeline.step()
    pipeline.step()
    clock.jump(-DAY_S)
    chain.node.request("anvil_dropAllTransactions", [])
    clock.advance(13)
    pipeline.step()
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))


class JumpyClock(ManualClock):
    """Real time for the loop, but set back by a day after the first look at it."""

    def monotonic(self) -> float:
        self.advance(0.2)
        self.jump(-0.2 if self._elapsed < 1 else -DAY_S)
        return self._elapsed


def test_the_loop_goes_on_polling_while_the_clock_runs_backwards(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline = Pipeline.start(chain, tmp_path, clock=JumpyClock(float(chain.now())))
    stop, polls = threading.Event(), []
    poll = pipeline.worker.poll

    def counted() -> None:
        poll()
        polls.append(pipeline.worker.clock.now())
        if len(polls) == 4:
            stop.set()

    pipeline.worker.poll = counted  # type: ignore[method-assign]
    pipeline.worker.run(stop)
    assert len(polls) == 4
    assert polls[-1] < polls[0] - DAY_S


def test_a_dear_block_is_waited_out_for_a_while(chain: Chain, tmp_path: Path) -> None:
    clock = ManualClock(float(chain.now()))
    pipeline = Pipeline.start(chain, tmp_path, clock=clock, max_wait_s=2.0, dear_wait_factor=3.0)
    for _ in range(8):
        chain.set_base_fee(GWEI)
        pipeline.step()
    chain.set_base_fee(3 * GWEI)
    ids = pipeline.queue(pipeline.contributions(9))
    pipeline.step()
    assert set(pipeline.statuses(ids)) == {"queued"}
    clock.advance(5)
    pipeline.step()
    assert set(pipeline.statuses(ids)) == {"queued"}
    clock.advance(1.5)
    pipeline.step()
    assert set(pipeline.statuses(ids)) != {"queued"}
