"""Reorganisations, lost answers, nodes without old states: the result is right or there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from relayer.chain.errors import NodeUnreachableError
from relayer.rebuild import event_reader
from relayer.rebuild.errors import (
    JournalError,
    NotATrainerError,
    ReorganisedError,
    StateUnavailableError,
)
from relayer.rebuild.parts import creation_block
from relayer.rebuild.verification import verify
from tests.hooked_node import HookedNode, once, unreachable
from tests.integration.rebuild.scene import Scene
from tests.integration.rebuild.untrue_nodes import ForgetfulNode

BAYES = "naive-bayes"


def replace_last_block(scene: Scene, snapshot: str) -> None:
    """Take back what came after the snapshot and put another batch in its place."""
    scene.chain.node.request("evm_revert", [snapshot])
    scene.chain.node.request("evm_increaseTime", [hex(7)])
    scene.add_batch(BAYES, (2, (40, 41)))


def test_a_reorganisation_during_the_run_is_noticed_and_done_again(scene: Scene) -> None:
    snapshot = scene.chain.node.request("evm_snapshot", [])
    scene.add_batch(BAYES, (0, (30, 31)), (1, (32,)))
    node = HookedNode(scene.chain.url)
    once(lambda: replace_last_block(scene, snapshot), node.after, "eth_getLogs")

    result = scene.verify(BAYES, node=node)

    block = scene.chain.node.block(result.block.number)
    assert block is not None
    assert result.block.hash == block.hash
    assert result.ledger.open_batches[-1].header["accepted"] == 1, "the batch of the new chain"


def test_a_chain_that_never_rests_is_no_result(scene: Scene) -> None:
    node = HookedNode(scene.chain.url)
    snapshots: list[str] = []

    def shake() -> None:
        if snapshots:
            replace_last_block(scene, snapshots.pop())
        snapshots.append(scene.chain.node.request("evm_snapshot", []))
        scene.add_batch(BAYES, (1, (33,)))

    shake()
    # after every event is read, the chain is another one
    node.after["eth_getLogs"] = shake
    with pytest.raises(ReorganisedError, match="confirmations"):
        scene.verify(BAYES, node=node)


def test_download_goes_on_where_a_broken_connection_ended_it(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_reader, "MOST_BLOCKS", 5)
    head = scene.chain.node.head().number
    node = HookedNode(scene.chain.url)
    source = scene.source(BAYES, node=node, journal=tmp_path / "events.db")
    counted: list[int] = []

    def count() -> None:
        counted.append(1)
        if len(counted) == 4:
            node.before["eth_getLogs"] = unreachable

    node.after["eth_getLogs"] = count
    with pytest.raises(NodeUnreachableError):
        source.catch_up(head)
    reached = source.journal.last_block
    source.close()
    assert reached is not None
    assert reached == source_start(scene) + 4 * 5 - 1

    node.before.clear()
    again = scene.source(BAYES, node=node, journal=tmp_path / "events.db")
    again.catch_up(head)
    assert len(counted) - 4 == -(-(head - reached) // 5), "nothing was asked for twice"
    assert verify(again, again.block(head)).ledger.batches == 6
    again.close()


def source_start(scene: Scene) -> int:
    source = scene.source(BAYES)
    source.close()
    return source.first_block


def test_events_of_a_replaced_chain_are_taken_out_of_the_journal(
    scene: Scene, tmp_path: Path
) -> None:
    snapshot = scene.chain.node.request("evm_snapshot", [])
    scene.add_batch(BAYES, (0, (30, 31)), (1, (32,)))
    before = scene.verify(BAYES, journal=tmp_path / "events.db")
    replace_last_block(scene, snapshot)

    after = scene.verify(BAYES, journal=tmp_path / "events.db")

    assert after.ledger.batches == before.ledger.batches
    assert after.ledger.accepted == before.ledger.accepted - 1


def test_a_journal_of_another_trainer_is_refused(scene: Scene, tmp_path: Path) -> None:
    scene.source(BAYES, journal=tmp_path / "events.db").close()
    with pytest.raises(JournalError, match="Name another file"):
        scene.source("dense-perceptron", journal=tmp_path / "events.db")


def test_a_file_that_is_no_journal_is_refused(scene: Scene, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a database, but long enough to be looked at" * 9)
    with pytest.raises(JournalError, match=r"notes\.txt"):
        scene.source(BAYES, journal=tmp_path / "notes.txt")


def test_a_node_without_old_states_is_enough(scene: Scene) -> None:
    result = scene.verify("sparse-perceptron", node=ForgetfulNode(scene.chain.url))
    assert result.words == 256


def test_a_block_whose_state_is_gone_gives_way_to_a_newer_one(scene: Scene) -> None:
    result = scene.verify(BAYES, node=ForgetfulNode(scene.chain.url, refused_calls=1))
    assert result.ledger.batches == 6


def test_a_node_that_has_no_state_at_all_is_named(scene: Scene) -> None:
    with pytest.raises(StateUnavailableError, match="keeps old states"):
        scene.verify(BAYES, node=ForgetfulNode(scene.chain.url, refused_calls=10**6))


def test_the_first_block_of_a_trainer_is_found_by_halving(scene: Scene) -> None:
    node = scene.chain.node
    head = node.head().number
    for entry in scene.chain.deployment.trainers:
        addresses = [entry.data_handler, entry.classifier.address]
        first = creation_block(node, addresses, head)
        assert first is not None
        codes = [node.request("eth_getCode", [each, hex(first)]) for each in addresses]
        before = [node.request("eth_getCode", [each, hex(first - 1)]) for each in addresses]
        assert any(len(code) > 2 for code in codes)
        assert before == ["0x", "0x"]


def test_a_trainer_is_not_looked_for_before_its_time(scene: Scene) -> None:
    entry = scene.trainer(BAYES)
    with pytest.raises(NotATrainerError, match="later block"):
        creation_block(scene.chain.node, [entry.address], 0)


@pytest.mark.parametrize("kind_of_address", ["nobody", "data handler", "classifier"])
def test_what_is_no_trainer_is_refused(scene: Scene, kind_of_address: str) -> None:
    entry = scene.trainer(BAYES)
    addresses = {
        "nobody": "0x" + "12" * 20,
        "data handler": entry.data_handler,
        "classifier": entry.classifier.address,
    }
    wrong = entry.model_copy(update={"address": addresses[kind_of_address]})
    deployment = scene.chain.deployment.model_copy(update={"trainers": [wrong]})
    scene.chain.deployment, kept = deployment, scene.chain.deployment
    try:
        with pytest.raises(NotATrainerError, match="Check"):
            scene.source(BAYES)
    finally:
        scene.chain.deployment = kept
