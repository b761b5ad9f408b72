"""A pause of the sending, on a real chain: nothing new is signed, nothing is lost."""

from __future__ import annotations

from pathlib import Path

from relayer.clock import ManualClock
from relayer.store.switches import Switch
from tests.chain import Chain
from tests.pipeline import Pipeline


def attempts(pipeline: Pipeline) -> int:
    with pipeline.store.transaction() as connection:
        return int(connection.execute("SELECT count(*) FROM attempts").fetchone()[0])


def test_a_paused_sending_signs_nothing_new(chain: Chain, tmp_path: Path) -> None:
    pipeline = Pipeline.start(chain, tmp_path)
    pipeline.step()
    now = pipeline.worker.clock.now()
    pipeline.store.switches.pause(Switch.SENDING, "fees are high", now)
    ids = pipeline.queue(pipeline.contributions(3))
    for _ in range(3):
        pipeline.step()
        chain.mine()
    assert set(pipeline.statuses(ids)) == {"queued"}
    assert attempts(pipeline) == 0
    beat = pipeline.store.chain_state.view().heartbeat
    assert beat is not None
    assert beat.node_reachable
    assert "fees are high" in (beat.detail or "")
    pipeline.store.switches.resume(Switch.SENDING)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))


def test_what_is_on_its_way_is_watched_during_a_pause_but_not_bumped(
    chain: Chain, tmp_path: Path
) -> None:
    clock = ManualClock(float(chain.now()))
    pipeline = Pipeline.start(chain, tmp_path, clock=clock)
    chain.stop_mining()
    ids = pipeline.queue(pipeline.contributions(3))
    pipeline.step()
    assert set(pipeline.statuses(ids)) == {"sent"}
    signed = attempts(pipeline)
    pipeline.store.switches.pause(Switch.SENDING, "fees are high", clock.now())
    clock.advance(100)
    pipeline.step()
    assert attempts(pipeline) == signed
    chain.go_on_mining()
    for _ in range(6):
        chain.mine()
        pipeline.step()
    assert set(pipeline.statuses(ids)) == {"confirmed"}
    assert attempts(pipeline) == signed
