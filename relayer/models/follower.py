"""Keeps the twin of an on-chain model up to date from data events alone.

What was learnt is never asked of the contract's storage: a model served from here is a model
rebuilt from public data, and `read_snapshot` of the same block must give the same bytes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol

from relayer.chain.answers import Block, Log
from relayer.chain.contracts import load_artifact
from relayer.deployment import TrainerEntry
from relayer.models.chain_reading import read_model
from relayer.models.classifier import Classifier, train
from relayer.models.errors import SnapshotError
from relayer.models.growth import Growth
from relayer.models.market_lessons import lessons_of
from relayer.models.naive_bayes import NaiveBayes, NaiveBayesParameters
from relayer.models.snapshot import snapshot_of

#: Blocks asked for in one call; public nodes grant a few thousand.
BLOCKS_PER_CALL: Final = 2_000


#: Is shown a model and the `DataAdded` event of the batch that the model learns next.
BeforeLesson = Callable[[Classifier, Mapping[str, Any]], None]


class ChainReader(Protocol):
    """What following a model needs of a node; `relayer.chain.node.Node` has it."""

    def call(self, to: str, data: bytes, *, block: int | str = "latest") -> bytes:
        """Return what a contract returns."""
        ...

    def block(self, block: int | str = "latest") -> Block | None:
        """A block's head, or None when the node does not have it."""
        ...

    def logs(
        self, addresses: Sequence[str], topics: Sequence[str | None], from_block: int, to_block: int
    ) -> list[Log]:
        """The logs of a range of blocks, both ends included, in chain order."""
        ...


class ModelFollower:
    """The twin of one trainer's model, moved forward block by block.

    Args:
        node: where the chain is read.
        entry: the trainer in the deployment file.
        deployed_at_block: the deployment's `block_number`; no data is older.
        before_lesson: is called before each batch is learnt, but for a market's; not to train it.
    """

    def __init__(
        self,
        node: ChainReader,
        entry: TrainerEntry,
        deployed_at_block: int,
        before_lesson: BeforeLesson | None = None,
    ) -> None:
        self._node = node
        self._entry = entry
        self._deployed_at_block = deployed_at_block
        self._before_lesson = before_lesson
        self._interface = load_artifact("DataHandler").interface
        self._growth = Growth(entry)
        self._lessons = lessons_of(entry)
        self._model: Classifier | None = None
        self._block_number = deployed_at_block - 1
        self._block_hash: str | None = None
        self._batch_count = 0
        self._growth_count = 0

    @property
    def block_number(self) -> int:
        """The last block whose data the model has learnt."""
        return self._block_number

    @property
    def batch_count(self) -> int:
        """Batches seen so far; they are learnt, unless the trainer is a market."""
        return self._batch_count

    @property
    def lesson_count(self) -> int:
        """Changes whenever data may have changed the model."""
        return self._batch_count if self._lessons is None else self._lessons.learnt

    @property
    def model(self) -> Classifier:
        """The twin; not to be trained by others.

        Raises:
            SnapshotError: `advance` has not succeeded yet.
        """
        if self._model is None:
            raise SnapshotError("The model has not been read from the chain yet. Try again soon.")
        return self._model

    def snapshot(self) -> dict[str, Any]:
        """The model in its published form, see `relayer.models.snapshot`.

        Raises:
            SnapshotError: `advance` has not succeeded yet.
        """
        return snapshot_of(self.model, self._growth.labels, self._block_number)

    def advance(self, to_block: int) -> bool:
        """Learn all data up to a block; tell whether the model may have changed.

        Starts anew when the chain has replaced the block learnt last. Ask for confirmed blocks, so
        that this stays rare.

        Raises:
            NodeError: the node does not answer. The next call goes on where this one ended.
            SnapshotError: events are missing, or the chain learnt otherwise than the twin. The
                model is dropped; the next call starts anew.
        """
        starts_anew = self._model is None or self._was_replaced()
        model = self._restart(to_block) if starts_anew else self.model
        before = (self.lesson_count, self._growth_count)
        for first, last in _ranges(self._block_number + 1, to_block):
            self._learn_range(model, first, last)
        return starts_anew or (self.lesson_count, self._growth_count) != before

    def _restart(self, to_block: int) -> Classifier:
        self._model = None
        self._block_number = self._deployed_at_block - 1
        self._block_hash = None
        self._batch_count = 0
        self._growth = Growth(self._entry)
        self._lessons = lessons_of(self._entry)
        return self._untrained(to_block)

    def _untrained(self, to_block: int) -> Classifier:
        """The model before any data came.

        A naive Bayes model starts empty. Others may have been given knowledge when they were
        deployed: no event tells it, so it is read right before the first data.
        """
        classifier = self._entry.classifier
        if classifier.kind == NaiveBayes.kind:
            return NaiveBayes(
                NaiveBayesParameters(
                    label_bound=classifier.parameters.get("label_bound", len(self._entry.labels)),
                    inverse_alpha=classifier.parameters["inverse_alpha"],
                    vocabulary=classifier.parameters["vocabulary"],
                ),
                len(self._entry.labels),
            )
        return read_model(self._node, self._entry, self._last_block_without_data(to_block))

    def _last_block_without_data(self, to_block: int) -> int:
        for first, last in _ranges(self._deployed_at_block, to_block):
            logs = self._data_logs(first, last)
            if logs:
                return logs[0].block_number - 1
        return to_block

    def _was_replaced(self) -> bool:
        if self._block_hash is None:
            return False
        block = self._node.block(self._block_number)
        return block is None or block.hash != self._block_hash

    def _learn_range(self, model: Classifier, first: int, last: int) -> None:
        # The hash is read before the logs: a block replaced in between is noticed the next time.
        head = self._node.block(last)
        if head is None:
            raise SnapshotError(f"The node has no block {last} yet. Ask for an older one.")
        logs = self._data_logs(first, last) + self._growth.logs(self._node, first, last)
        logs += self._market_logs(first, last)
        # Until the whole range is learnt the model is of no block, so a failure drops it.
        self._model = None
        for log in sorted(logs, key=lambda log: (log.block_number, log.log_index)):
            if self._growth.apply(model, log):
                self._growth_count += 1
            elif self._lessons is None or not self._lessons.apply(model, log):
                self._learn(model, log)
        self._model, self._block_number, self._block_hash = model, last, head.hash

    def _data_logs(self, first: int, last: int) -> list[Log]:
        topic = "0x" + self._interface.topic("DataAdded").hex()
        return self._node.logs([self._entry.data_handler], [topic], first, last)

    def _market_logs(self, first: int, last: int) -> list[Log]:
        if self._lessons is None:
            return []
        return self._node.logs([self._lessons.address], [self._lessons.topic], first, last)

    def _learn(self, model: Classifier, log: Log) -> None:
        decoded = self._interface.decode_event(log)
        if decoded is None:
            raise SnapshotError("The data handler's events are unknown. Update the relayer.")
        event = decoded[1]
        if event["id"] != self._batch_count + 1:
            raise SnapshotError(
                f"Batch {self._batch_count + 1} is missing: the next event is of batch "
                f"{event['id']}. Check the deployment's block_number, or use another node."
            )
        if self._lessons is not None:
            self._lessons.hold(event)
            self._batch_count = event["id"]
            return
        if self._before_lesson is not None:
            self._before_lesson(model, event)
        if train(model, event["records"]) != event["acceptedMap"]:
            raise SnapshotError(
                f"The chain accepted other records of batch {event['id']} than the model's twin. "
                "Check that the deployment file names the right classifier."
            )
        self._batch_count = event["id"]


def _ranges(first: int, last: int) -> Iterator[tuple[int, int]]:
    """Cuts a range of blocks, both ends included, into pieces that a node answers."""
    for start in range(first, last + 1, BLOCKS_PER_CALL):
        yield start, min(last, start + BLOCKS_PER_CALL - 1)
