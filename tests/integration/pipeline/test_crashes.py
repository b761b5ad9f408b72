"""The worker is killed at every contact with the world; the next one finishes the job.

Each case takes a fresh chain state and database, kills the first worker at one point, lets a second
one run to the end, and reads from the chain that everything happened exactly once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from relayer.worker import Worker
from tests.chain import Chain
from tests.kill import Fuse, FusedClock, FusedNode, FusedSigner, Killed
from tests.pipeline import Pipeline, make_settings

ITEMS = 3


def fused(chain: Chain, folder: Path, fuse: Fuse) -> Pipeline:
    settings = make_settings(chain, folder)
    worker = Worker(
        settings,
        clock=FusedClock(fuse),
        node=FusedNode(chain.url, fuse),
        signers=[FusedSigner(chain.relayer_key, fuse)],
    )
    return Pipeline(chain, settings, worker)


def run_to_confirmed(pipeline: Pipeline, ids: list[str]) -> None:
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))


def run_to_settled(pipeline: Pipeline, ids: list[str]) -> None:
    pipeline.run_until(pipeline.all_are(ids, "settled"))


def events(chain: Chain, name: str) -> list[dict[str, Any]]:
    topic = "0x" + chain.forwarder.interface.topic(name).hex()
    logs = chain.node.logs([chain.forwarder.address], [topic], 0, chain.node.head().number)
    decoded = [chain.forwarder.interface.decode_event(entry) for entry in logs]
    return [event[1] for event in decoded if event is not None]


def assert_added_once(pipeline: Pipeline, ids: list[str]) -> None:
    chain = pipeline.chain
    added = [event["acceptedMap"].bit_count() for event in events(chain, "BatchAdded")]
    assert sum(added) == len(ids)
    assert events(chain, "ItemSkipped") == [], "nothing was sent a second time"
    for row in pipeline.rows(ids):
        _, highest, seen = chain.forwarder.read(chain.node, "player", row.player)
        assert highest == row.nonce == 0
        assert seen == 1


def assert_nonces_are_whole(pipeline: Pipeline) -> None:
    """Every nonce that was handed out is used up by the one transaction that owns it."""
    chain = pipeline.chain
    with pipeline.store.transaction() as connection:
        rows = connection.execute(
            "SELECT nonce, status FROM transactions ORDER BY nonce"
        ).fetchall()
    assert [row["nonce"] for row in rows] == list(range(len(rows)))
    assert chain.node.transaction_count(chain.relayer) == len(rows)


def points_until_sent(chain: Chain, folder: Path) -> list[int]:
    """Where an undisturbed worker may die up to the end of the turn that sends the batch."""
    fuse = Fuse()
    pipeline = fused(chain, folder, fuse)
    fuse.watch(pipeline.settings.database)
    ready = len(fuse.contacts)
    snapshot = chain.node.request("evm_snapshot", [])
    pipeline.queue(pipeline.contributions(ITEMS, players=ITEMS))
    pipeline.step()
    pipeline.worker.close()
    chain.node.request("evm_revert", [snapshot])
    assert "before eth_sendRawTransaction" in fuse.contacts[ready:]
    return fuse.telling_points(ready)


def test_killed_anywhere_while_adding_everything_is_added_once(
    chain: Chain, tmp_path: Path
) -> None:
    for point in points_until_sent(chain, tmp_path):
        run_killed_at(chain, tmp_path / str(point), point)


def run_killed_at(chain: Chain, folder: Path, point: int) -> None:
    snapshot = chain.node.request("evm_snapshot", [])
    folder.mkdir()
    first = fused(chain, folder, fuse := Fuse())
    ids = first.queue(first.contributions(ITEMS, players=ITEMS))
    fuse.blow_at = len(fuse.contacts) + point
    with pytest.raises(Killed):
        run_to_confirmed(first, ids)
    first.worker.close()
    second = Pipeline.start(chain, folder)
    run_to_confirmed(second, ids)
    assert_added_once(second, ids)
    assert_nonces_are_whole(second)
    second.worker.close()
    chain.node.request("evm_revert", [snapshot])


@pytest.mark.parametrize("method", ["eth_sendRawTransaction", "eth_getTransactionReceipt"])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_while_settling_everything_settles_once(
    chain: Chain, tmp_path: Path, method: str, moment: str
) -> None:
    first = fused(chain, tmp_path, fuse := Fuse())
    ids = first.queue(first.contributions(ITEMS, players=ITEMS))
    run_to_confirmed(first, ids)
    chain.pass_time(61)
    kill_at(fuse, f"{moment} {method}")
    with pytest.raises(Killed):
        run_to_settled(first, ids)
    first.worker.close()
    second = Pipeline.start(chain, tmp_path)
    run_to_settled(second, ids)
    settled = [event["refundedMap"] for event in events(chain, "BatchSettled")]
    assert settled == [0b111]
    assert_nonces_are_whole(second)


def test_killed_between_storing_and_broadcasting_a_bump(chain: Chain, tmp_path: Path) -> None:
    chain.stop_mining()
    first = fused(chain, tmp_path, fuse := Fuse())
    ids = first.queue(first.contributions(ITEMS, players=ITEMS))
    first.step()
    transaction = first.store.transactions.unfinished(chain.relayer)[0]
    attempts = first.store.transactions.attempts(transaction.id)
    kill_at(fuse, "before eth_sendRawTransaction")
    with pytest.raises(Killed):
        first.worker.sender.bump(transaction, attempts, chain.node.head().base_fee_wei)
    first.worker.close()
    second = Pipeline.start(chain, tmp_path)
    second.step()
    assert len(second.store.transactions.attempts(transaction.id)) == 2
    chain.go_on_mining()
    chain.mine()
    run_to_confirmed(second, ids)
    mined = second.store.transactions.get(transaction.id)
    assert mined is not None
    # the stored bump reached the node and replaced the first attempt
    assert mined.mined_hash == second.store.transactions.attempts(transaction.id)[1].hash
    assert_added_once(second, ids)
    assert_nonces_are_whole(second)


def kill_at(fuse: Fuse, contact: str) -> None:
    """Blows the fuse at the next contact of this name."""

    def touch(name: str) -> None:
        if name == contact:
            raise Killed(name)

    fuse.touch = touch  # type: ignore[method-assign]
