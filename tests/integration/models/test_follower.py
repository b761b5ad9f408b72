"""Models rebuilt from data events, checked against storage, on a real chain."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from relayer.chain.node import Node
from relayer.chain.wire import Item, Record, pack_items
from relayer.deployment import TrainerEntry
from relayer.models.chain_reading import read_snapshot
from relayer.models.errors import SnapshotError
from relayer.models.follower import ModelFollower
from relayer.models.naive_bayes import NaiveBayes
from relayer.models.sparse_perceptron import SparsePerceptron
from tests.chain import Chain, Player, make_plan, start_chain


def add_batch(chain: Chain, trainer: TrainerEntry, *data: tuple[int, tuple[int, ...]]) -> None:
    """Send one batch through the Forwarder, each sample from a player of its own."""
    items = []
    for number, (label, features) in enumerate(data):
        player = Player(number, chain.domain, next_nonce=chain.node.head().number)
        message, signature = player.contribute(
            trainer.address, deadline=chain.now() + 3_600, label=label, features=features
        )
        record = Record(message.player, message.label, message.sample)
        items.append(Item(record, message.nonce, message.deadline, message.max_fee_gwei, signature))
    interface = chain.forwarder.interface
    packed = pack_items(items)
    call = interface.encode("addBatch", chain.sponsor, trainer.address, packed)
    chain.send(chain.relayer_key, chain.forwarder.address, call)


def follow(chain: Chain, trainer: TrainerEntry) -> ModelFollower:
    return ModelFollower(chain.node, trainer, chain.deployment.block_number)


def head(chain: Chain) -> int:
    return chain.node.head().number


def test_naive_bayes_rebuilt_from_events_equals_storage(chain: Chain) -> None:
    add_batch(chain, chain.trainer, (0, (7, 21)), (3, (7, 500, 65_535)), (9, (1,)), (1, (2, 2)))
    add_batch(chain, chain.trainer, (0, (7,)), (2, (21, 300)))
    add_batch(chain, chain.perceptron, (1, (1, 2)))
    follower = follow(chain, chain.trainer)

    assert follower.advance(head(chain))

    assert follower.batch_count == 2
    assert follower.snapshot()["counts"]["7"] == [[0, 2], [3, 1]]
    assert isinstance(follower.model, NaiveBayes)
    known = follower.model.counts
    stored = read_snapshot(chain.node, chain.trainer, head(chain), features=known)
    assert follower.snapshot() == stored
    assert follower.snapshot() == read_snapshot(chain.node, chain.trainer, head(chain))


def test_perceptron_with_given_weights_rebuilt_from_events_equals_storage(
    weighted_chain: Chain,
) -> None:
    chain, trainer = weighted_chain, weighted_chain.trainer
    add_batch(chain, trainer, (1, (0, 1, 2)), (0, (3, 40)), (1, (50,)))
    add_batch(chain, trainer, (0, (0, 1)), (1, (17, 18)))
    follower = follow(chain, trainer)

    follower.advance(head(chain))

    assert isinstance(follower.model, SparsePerceptron)
    assert follower.model.weights[5] == -5
    assert follower.snapshot() == read_snapshot(chain.node, trainer, head(chain))


@pytest.fixture
def weighted_chain(tmp_path: Path) -> Iterator[Chain]:
    """A chain whose only model is a perceptron that was given weights."""
    classifier = {
        "kind": "sparse-perceptron",
        "feature_count": 50,
        "intercept": -3,
        "learning_rate": 10,
        "weights": [-number if number % 2 else number for number in range(40)],
    }
    trainer = {"name": "Spam", "labels": ["ham", "spam"], "classifier": classifier}
    chain = start_chain(tmp_path, plan=make_plan(trainers=[trainer]))
    yield chain
    chain.anvil.stop()


def test_follower_goes_on_where_it_stopped_and_tells_changes(chain: Chain) -> None:
    follower = follow(chain, chain.trainer)
    assert follower.advance(head(chain))
    assert not follower.advance(head(chain))
    chain.mine(3)
    assert not follower.advance(head(chain))

    add_batch(chain, chain.trainer, (2, (9, 10)))

    assert follower.advance(head(chain))
    assert follower.block_number == head(chain)
    assert follower.snapshot() == read_snapshot(chain.node, chain.trainer, head(chain), (9, 10))


def test_follower_starts_anew_when_the_chain_replaced_its_last_block(chain: Chain) -> None:
    before = chain.node.request("evm_snapshot", [])
    add_batch(chain, chain.trainer, (0, (1, 2)))
    follower = follow(chain, chain.trainer)
    follower.advance(head(chain))

    chain.node.request("evm_revert", [before])
    chain.pass_time(5)
    add_batch(chain, chain.trainer, (1, (3, 4)))

    assert follower.advance(head(chain))
    assert follower.batch_count == 1
    assert follower.snapshot() == read_snapshot(chain.node, chain.trainer, head(chain), range(10))


def test_follower_reads_long_histories_in_pieces(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_batch(chain, chain.trainer, (0, (1,)))
    chain.mine(7)
    add_batch(chain, chain.trainer, (1, (1,)))
    monkeypatch.setattr("relayer.models.follower.BLOCKS_PER_CALL", 3)
    follower = follow(chain, chain.trainer)

    follower.advance(head(chain))

    assert follower.snapshot()["counts"] == {"1": [[0, 1], [1, 1]]}


def test_follower_refuses_a_history_with_a_gap(chain: Chain) -> None:
    add_batch(chain, chain.trainer, (0, (1,)))
    add_batch(chain, chain.trainer, (1, (1,)))
    late = ModelFollower(chain.node, chain.trainer, head(chain))

    with pytest.raises(SnapshotError, match="Batch 1 is missing"):
        late.advance(head(chain))
    with pytest.raises(SnapshotError, match="not been read"):
        late.snapshot()


def test_follower_notices_a_deployment_file_with_too_few_labels(chain: Chain) -> None:
    add_batch(chain, chain.trainer, (3, (1,)))
    wrong = chain.trainer.model_copy(update={"labels": ["apple", "river"]})

    with pytest.raises(SnapshotError, match="other records"):
        follow(chain, wrong).advance(head(chain))


class NodeThatFailsOnce(Node):
    """A node whose first answer about logs is lost."""

    def logs(self, *arguments: Any) -> Any:
        """Fail once, then answer."""
        if not self.__dict__.setdefault("failed", False):
            self.__dict__["failed"] = True
            raise ConnectionError
        return super().logs(*arguments)


def test_follower_goes_on_after_a_lost_answer(chain: Chain) -> None:
    add_batch(chain, chain.trainer, (0, (1,)))
    follower = ModelFollower(
        NodeThatFailsOnce(chain.url), chain.trainer, chain.deployment.block_number
    )
    with pytest.raises(ConnectionError):
        follower.advance(head(chain))

    follower.advance(head(chain))

    assert follower.snapshot()["docs"] == [1, 0, 0, 0]
