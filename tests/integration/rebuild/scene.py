"""A chain with a trainer of every kind of model, and everything that can happen to one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from relayer.chain.contracts import bind, load_artifact
from relayer.chain.wire import Item, Record, pack_items
from relayer.clock import ManualClock
from relayer.deployment import TrainerEntry
from relayer.rebuild.source import Source
from relayer.rebuild.verification import Verification, verify
from tests.chain import DEPLOYER_KEY, ETHER, Chain, Player, make_plan, start_chain

REFUND_WAIT_S, FORFEIT_WAIT_S = 60, 600
THREE = ("weather", "food", "music")
MECHANISM = {"refund_wait_s": REFUND_WAIT_S, "forfeit_wait_s": FORFEIT_WAIT_S}

CLASSIFIERS: dict[str, dict[str, Any]] = {
    "naive-bayes": {"kind": "naive-bayes"},
    "sparse-perceptron": {
        "kind": "sparse-perceptron",
        "feature_count": 19,
        "feature_bound": 50,
        "intercept": -3,
        "learning_rate": 10,
        "weights": [-number if number % 2 else number for number in range(19)],
    },
    "sparse-multiclass-perceptron": {
        "kind": "sparse-multiclass-perceptron",
        "feature_count": 20,
        "feature_bound": 64,
        "label_bound": 5,
        "learning_rate": 2,
        "weights": {"music": [127, -127, 0, 5], "weather": [1]},
    },
    "sparse-nearest-centroid": {
        "kind": "sparse-nearest-centroid",
        "feature_count": 20,
        "feature_bound": 64,
        "label_bound": 20,
    },
    "dense-perceptron": {
        "kind": "dense-perceptron",
        "dimension": 3,
        "label_bound": 6,
        "rate_shift": 1,
        "weights": {"music": [-32_767, 0, 9]},
    },
    "nearest-centroid": {
        "kind": "nearest-centroid",
        "dimension": 3,
        "label_bound": 6,
        "centroids": {"food": {"samples": 3, "mean": [100, -200, 300]}},
    },
}
KINDS = tuple(CLASSIFIERS)
DENSE = ("dense-perceptron", "nearest-centroid")
#: Kinds whose owner may add labels, as they are deployed here.
GROWS_LABELS = tuple(kind for kind in KINDS if "label_bound" in CLASSIFIERS[kind])
GROWS_FEATURES = tuple(kind for kind in KINDS if "feature_bound" in CLASSIFIERS[kind])


def start(folder: Path, *kinds: str) -> Scene:
    """A chain with a trainer for each kind; the caller stops `scene.chain.anvil`."""
    trainers = [
        {
            "name": kind,
            "labels": ("ham", "spam") if kind == "sparse-perceptron" else THREE,
            "classifier": CLASSIFIERS[kind],
            "mechanism": MECHANISM,
        }
        for kind in kinds or KINDS
    ]
    tank = {"deposit_wei": 50 * ETHER, "daily_limit_wei": 50 * ETHER}
    return Scene(start_chain(folder, plan=make_plan(trainers=trainers, tank=tank)))


def _padded(kind: str, features: tuple[int, ...]) -> tuple[int, ...]:
    """Features, or as many numbers as a dense sample has."""
    return (*features, 0, 0, 0)[:3] if kind in DENSE else features


@dataclass
class Scene:
    """Does to trainers what their users do."""

    chain: Chain
    _players: Iterator[int] = field(default_factory=lambda: iter(range(1, 1 << 30)))

    def trainer(self, kind: str) -> TrainerEntry:
        """The trainer of a kind of model."""
        return next(
            entry for entry in self.chain.deployment.trainers if entry.classifier.kind == kind
        )

    def sample(self, kind: str, *features: int) -> bytes:
        """A sample for a kind of model; features are numbers for the dense ones."""
        numbers = _padded(kind, features)
        return b"".join((number & 0xFFFF).to_bytes(2, "big") for number in numbers)

    def add_batch(self, kind: str, *data: tuple[int, tuple[int, ...]], spoil: int = -1) -> None:
        """Bring a batch through the Forwarder; the signature of item `spoil` is wrong."""
        entry = self.trainer(kind)
        items = []
        for index, (label, features) in enumerate(data):
            player = Player(next(self._players), self.chain.domain)
            message, signature = player.contribute(
                entry.address,
                deadline=self.chain.now() + 3_600,
                label=label,
                features=tuple(number & 0xFFFF for number in _padded(kind, features)),
            )
            if index == spoil:
                signature = bytes(32) + signature[32:]
            record = Record(player.address, label, message.sample)
            items.append(
                Item(record, message.nonce, message.deadline, message.max_fee_gwei, signature)
            )
        call = self.chain.forwarder.interface.encode(
            "addBatch", self.chain.sponsor, entry.address, pack_items(items)
        )
        self.chain.send(self.chain.relayer_key, self.chain.forwarder.address, call)

    def contribute(self, kind: str, label: int, *features: int) -> None:
        """Contribute directly, without the house."""
        entry = self.trainer(kind)
        trainer = bind("CollaborativeTrainer", entry.address)
        call = trainer.interface.encode("contribute", label, self.sample(kind, *features))
        # The price rises with every addition; what is above it can be claimed.
        self.chain.send(DEPLOYER_KEY, entry.address, call, value_wei=ETHER)

    def settle(self, kind: str, *batch_ids: int) -> None:
        """Settle what is due in some batches of the Forwarder, as anybody may."""
        entry = self.trainer(kind)
        for batch_id in batch_ids:
            header, terms, records = self.batch(kind, batch_id)
            call = self.chain.forwarder.interface.encode(
                "settle", entry.address, terms, header, records, (1 << 255) - 1
            )
            self.chain.send(DEPLOYER_KEY, self.chain.forwarder.address, call)

    def settle_directly(self, kind: str, batch_id: int) -> None:
        """Settle a batch that was contributed directly."""
        entry = self.trainer(kind)
        header, _, records = self.batch(kind, batch_id)
        trainer = bind("CollaborativeTrainer", entry.address)
        call = trainer.interface.encode("settle", header, records, 1)
        self.chain.send(DEPLOYER_KEY, entry.address, call)

    def grow(self, kind: str, function: str, argument: Any) -> None:
        """Let the owner raise a model's sizes."""
        classifier = bind("IGrowing", self.trainer(kind).classifier.address)
        call = classifier.interface.encode(function, argument)
        self.chain.send(DEPLOYER_KEY, classifier.address, call)

    def teach_much(self, kind: str) -> None:
        """A life: batches with unfit, skipped and direct contributions, settled and open."""
        self.add_batch(kind, (0, (1, 2)), (1, (3, 4)), (1, (1, 5)))
        self.add_batch(kind, (1, (7, 9)), (99, (2,)), (0, (4, 11)), (1, (6,)), spoil=3)
        self.contribute(kind, 1, 2, 8)
        self.contribute(kind, 0, 9, 10)
        if kind in GROWS_LABELS:
            self.grow(kind, "addLabels", ["storm", "sea"])
            self.add_batch(kind, (3, (5, 12)), (4, (13,)), (5, (1,)))
        if kind in GROWS_FEATURES:
            self.add_batch(kind, (0, (19, 20)))
            self.grow(kind, "addFeatures", 10)
        self.add_batch(kind, (0, (19, 20)), (1, (1, 2, 3)))
        self.chain.pass_time(FORFEIT_WAIT_S + 1)
        self.settle(kind, 1)
        self.settle_directly(kind, 3)
        self.add_batch(kind, (0, (17,)), (1, (18,)))
        self.chain.mine(2)

    def source(self, kind: str, **options: Any) -> Source:
        """The history of a trainer as its node has it."""
        node = options.pop("node", self.chain.node)
        return Source.open(node, self.trainer(kind).address, ManualClock(), **options)

    def verify(self, kind: str, **options: Any) -> Verification:
        """Compare everything at the newest block."""
        dataset = options.pop("dataset", None)
        source = self.source(kind, **options)
        try:
            return source.at_block(
                lambda: source.confirmed_block(0),
                lambda block: verify(source, block, dataset=dataset),
            )
        finally:
            source.close()

    def store(self, address: str, slot: int, word: int) -> None:
        """Overwrite a word of a contract's storage, as no transaction could."""
        self.chain.node.request("anvil_setStorageAt", [address, f"0x{slot:064x}", f"0x{word:064x}"])
        self.chain.mine()

    def stored(self, address: str, slot: int) -> int:
        """A word of a contract's storage."""
        answer = self.chain.node.request("eth_getStorageAt", [address, hex(slot), "latest"])
        return int(answer, 16)

    def slot_of(self, address: str, word: int) -> int:
        """The first slot that holds a word."""
        return next(slot for slot in range(4_000) if self.stored(address, slot) == word)

    def batch(self, kind: str, batch_id: int) -> tuple[Any, Any, bytes]:
        """Header, terms and records of a batch, out of its events."""
        entry, node = self.trainer(kind), self.chain.node
        data = load_artifact("DataHandler").interface
        topics = ["0x" + data.topic("DataAdded").hex(), f"0x{batch_id:064x}"]
        log = node.logs([entry.data_handler], topics, 0, node.head().number)[0]
        decoded = data.decode_event(log)
        receipt = node.receipt(log.transaction_hash)
        if decoded is None or receipt is None:
            raise AssertionError(f"there is no batch {batch_id}")
        forwarder = self.chain.forwarder
        events = [forwarder.interface.decode_event(each) for each in receipt.logs]
        added = [event[1] for event in events if event and event[0] == "BatchAdded"]
        terms = added[0]["terms"] if added else None
        return decoded[1]["header"], terms, decoded[1]["records"]
