"""A growing model is rebuilt from events alone: those of its data and those of its growth."""

from collections.abc import Iterator
from typing import Any

import pytest

from relayer.chain.contracts import Contract, bind, load_artifact
from relayer.chain.wire import Record
from relayer.deployment import ClassifierEntry, SelfAssessmentEntry, TrainerEntry
from relayer.models import samples, vectors
from relayer.models.chain_reading import read_snapshot
from relayer.models.errors import SnapshotError
from relayer.models.follower import ModelFollower
from tests.chain import Anvil

PLAYER = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"


class Classroom:
    """A classifier and a data handler whose trainer is a plain account."""

    def __init__(self, anvil: Anvil, contract: str, *arguments: Any) -> None:
        self.node = anvil.node
        self._sender = self.node.request("eth_accounts", [])[0]
        self.classifier = self._create(contract, *arguments)
        self._data_handler = self._create("DataHandler")
        self._transact(self.classifier, "bind", self._sender)
        self._transact(self._data_handler, "bind", self._sender)

    @property
    def head(self) -> int:
        return self.node.head().number

    def entry(self, *labels: str) -> TrainerEntry:
        kind = self.classifier.read(self.node, "kind")
        return TrainerEntry(
            address=self.classifier.address,
            name="growing",
            labels=list(labels),
            encoding="sparse-uint16",
            hashing=None,
            classifier=ClassifierEntry(kind=kind, address=self.classifier.address, parameters={}),
            mechanism=SelfAssessmentEntry(
                kind="self-assessment",
                address=self.classifier.address,
                refund_wait_s=0,
                forfeit_wait_s=0,
            ),
            data_handler=self._data_handler.address,
        )

    def teach(self, *data: tuple[int, bytes]) -> None:
        """Train and publish as a trainer does."""
        records = b"".join(Record(PLAYER, label, sample).pack() for label, sample in data)
        call = self.classifier.interface.encode("train", records)
        answer = self.node.call(self.classifier.address, call, sender=self._sender)
        accepted = self.classifier.interface.decode("train", answer)[0]
        header = (0, 0, 0, 0, 0, 0, self._sender, b"\0" * 32, b"\0" * 32)
        # A trainer does both in one transaction: no block may have the knowledge before the event.
        self._transact(self._data_handler, "add", header, accepted, records)
        self._transact(self.classifier, "train", records)

    def grow(self, function: str, argument: Any) -> None:
        self._transact(self.classifier, function, argument)

    def _create(self, name: str, *arguments: Any) -> Contract:
        artifact = load_artifact(name)
        code = artifact.bytecode + artifact.interface.encode_constructor(*arguments)
        receipt = self._send({"data": "0x" + code.hex()})
        return bind(name, receipt["contractAddress"])

    def _transact(self, contract: Contract, function: str, *arguments: Any) -> None:
        data = contract.interface.encode(function, *arguments)
        self._send({"to": contract.address, "data": "0x" + data.hex()})

    def _send(self, fields: dict[str, str]) -> Any:
        complete = {"from": self._sender, "gas": hex(20_000_000), **fields}
        sent = self.node.request("eth_sendTransaction", [complete])
        # Mining is asked for, so that the receipt is there.
        self.node.request("anvil_mine", ["0x1"])
        receipt = self.node.request("eth_getTransactionReceipt", [sent])
        if int(receipt["status"], 16) != 1:
            raise AssertionError(f"a transaction failed: {receipt}")
        return receipt


@pytest.fixture(scope="module")
def anvil() -> Iterator[Anvil]:
    """A chain with nothing on it."""
    chain = Anvil()
    yield chain
    chain.stop()


def test_sparse_model_that_grew_between_batches_equals_storage(anvil: Anvil) -> None:
    first_block = anvil.node.head().number + 1
    room = Classroom(anvil, "SparseMulticlassPerceptron", 10, 20, 2, 4, 1)
    room.teach((0, samples.encode([1])), (1, samples.encode([2])), (1, samples.encode([15])))
    room.teach((2, samples.encode([3])))  # no such label yet: nothing is learnt
    room.grow("addLabels", ["storm"])
    room.grow("addFeatures", 6)
    room.teach((2, samples.encode([3])), (0, samples.encode([15])))
    follower = ModelFollower(room.node, room.entry("apple", "river"), first_block)

    follower.advance(room.head)

    assert follower.snapshot()["labels"] == ["apple", "river", "storm"]
    assert follower.snapshot()["feature_count"] == 16
    stored = read_snapshot(room.node, room.entry("apple", "river", "storm"), room.head)
    assert follower.snapshot() == stored


def test_dense_model_that_grew_before_its_first_data_equals_storage(anvil: Anvil) -> None:
    first_block = anvil.node.head().number + 1
    room = Classroom(anvil, "NearestCentroid", 3, 2, 5, 1 << 40)
    room.grow("addLabels", ["third"])
    room.teach((2, vectors.encode([5, -6, 7])), (0, vectors.encode([1, 1, 1])))
    follower = ModelFollower(room.node, room.entry("first", "second"), first_block)

    follower.advance(room.head)
    room.grow("addLabels", ["fourth"])
    room.teach((3, vectors.encode([9, 9, 9])))
    follower.advance(room.head)

    assert follower.model.label_count == 4
    stored = read_snapshot(room.node, room.entry("first", "second", "third", "fourth"), room.head)
    assert follower.snapshot() == stored


def test_storage_with_labels_that_the_deployment_does_not_name_is_refused(anvil: Anvil) -> None:
    room = Classroom(anvil, "SparseNearestCentroid", 10, 10, 3, 3)
    with pytest.raises(SnapshotError, match="3 labels"):
        read_snapshot(room.node, room.entry("apple", "river"), room.head)
