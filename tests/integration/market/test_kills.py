"""The worker is killed at every contact with the world while it takes a step; none is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from relayer.market.view import Phase
from relayer.worker import Worker
from tests.chain import Chain
from tests.fair import Fair
from tests.kill import Fuse, FusedClock, FusedNode, FusedSigner, Killed
from tests.pipeline import Pipeline, make_settings


def fused(chain: Chain, folder: Path, fuse: Fuse) -> Pipeline:
    settings = make_settings(chain, folder)
    worker = Worker(
        settings,
        clock=FusedClock(fuse),
        node=FusedNode(chain.url, fuse),
        signers=[FusedSigner(chain.relayer_key, fuse)],
    )
    return Pipeline(chain, settings, worker)


def prepare(chain: Chain, folder: Path) -> tuple[Fair, list[str]]:
    """A market that waits for its replay; its worker is gone."""
    fair = Fair(chain, Pipeline.start(chain, folder), folder)
    fair.open()
    ids = fair.contribute(4)
    fair.pipeline.run_until(fair.pipeline.all_are(ids, "confirmed"))
    fair.end_participation()
    fair.reveal()
    fair.pipeline.worker.close()
    return fair, ids


def assert_nonces_are_whole(pipeline: Pipeline) -> None:
    """Every nonce that was handed out is used up by the one transaction that owns it."""
    with pipeline.store.transaction() as connection:
        rows = connection.execute(
            "SELECT nonce, status FROM transactions ORDER BY nonce"
        ).fetchall()
    assert [row["nonce"] for row in rows] == list(range(len(rows)))
    assert pipeline.chain.node.transaction_count(pipeline.chain.relayer) == len(rows)


def assert_each_step_was_sent_once(fair: Fair, pipeline: Pipeline) -> None:
    with pipeline.store.transaction() as connection:
        rows = connection.execute(
            "SELECT m.step, m.position, t.succeeded FROM market_steps AS m "
            "JOIN transactions AS t ON t.id = m.transaction_id"
        ).fetchall()
    assert len({(row["step"], row["position"]) for row in rows}) == len(rows)
    assert all(row["succeeded"] for row in rows), "no step met its own double"
    scored = [event["contributions"] for event in fair.events(fair.contract, "Scored")]
    assert scored == list(range(5))
    assert len(fair.events(fair.contract, "MarketClosed")) == 1


def test_killed_anywhere_while_replaying_the_next_worker_finishes_the_market(
    chain: Chain, tmp_path: Path
) -> None:
    fair, ids = prepare(chain, tmp_path)
    points = points_of_a_step(chain, tmp_path)
    database = (tmp_path / "relayer.db").read_bytes()
    for point in points:
        snapshot = chain.node.request("evm_snapshot", [])
        folder = tmp_path / str(point)
        folder.mkdir()
        (folder / "relayer.db").write_bytes(database)
        first = fused(chain, folder, fuse := Fuse())
        fuse.blow_at = len(fuse.contacts) + point
        with pytest.raises(Killed):
            first.step()
        first.worker.close()
        second = Pipeline.start(chain, folder)
        second.run_until(second.all_are(ids, "settled"))
        assert fair.payouts() == fair.expected().payouts_wei
        assert_each_step_was_sent_once(fair, second)
        assert_nonces_are_whole(second)
        second.worker.close()
        chain.node.request("evm_revert", [snapshot])


def points_of_a_step(chain: Chain, folder: Path) -> list[int]:
    """Where an undisturbed worker may die from its start to the end of the turn that replays."""
    rehearsal = folder / "rehearsal"
    rehearsal.mkdir()
    (rehearsal / "relayer.db").write_bytes((folder / "relayer.db").read_bytes())
    snapshot = chain.node.request("evm_snapshot", [])
    fuse = Fuse()
    pipeline = fused(chain, rehearsal, fuse)
    fuse.watch(pipeline.settings.database)
    ready = len(fuse.contacts)
    pipeline.step()
    pipeline.worker.close()
    chain.node.request("evm_revert", [snapshot])
    assert "before eth_sendRawTransaction" in fuse.contacts[ready:]
    return fuse.telling_points(ready)


@pytest.mark.parametrize("phase", [Phase.DRAWING, Phase.PASSES])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_around_the_broadcast_of_other_steps_each_happens_once(
    chain: Chain, tmp_path: Path, phase: Phase, moment: str
) -> None:
    fair = Fair(chain, fused(chain, tmp_path, fuse := Fuse()), tmp_path)
    if phase is Phase.DRAWING:
        fair.commit()
    else:
        fair.open()
        ids = fair.contribute(4)
        fair.pipeline.run_until(fair.pipeline.all_are(ids, "confirmed"))
        fair.end_participation()
        fair.reveal()
        fair.pipeline.run_until(lambda: fair.view.phase is Phase.PASSES)
    kill_at(fuse, f"{moment} eth_sendRawTransaction")
    with pytest.raises(Killed):
        fair.pipeline.run_until(lambda: False)
    fair.pipeline.worker.close()
    second = Pipeline.start(chain, tmp_path)
    second.run_until(lambda: fair.view.drawn and fair.view.phase in (Phase.DRAWING, Phase.CLOSED))
    second.step()
    with second.store.transaction() as connection:
        rows = connection.execute("SELECT step FROM market_steps").fetchall()
    assert len({row["step"] for row in rows}) == len(rows)
    assert_nonces_are_whole(second)


def kill_at(fuse: Fuse, contact: str) -> None:
    """Blows the fuse at the next contact of this name."""

    def touch(name: str) -> None:
        if name == contact:
            raise Killed(name)

    fuse.touch = touch  # type: ignore[method-assign]
