"""Keeps the twin of an on-chain model up to date from data events alone.

Nothing is asked of the contract's storage: a model served from here is a model rebuilt from public
data, and `read_snapshot` of the same block must give the same bytes.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

from relayer.chain.answers import Block, Log
from relayer.chain.contracts import load_artifact
from relayer.models.chain_reading import read_initial_model
from relayer.models.classifier import Classifier, train
from relayer.models.errors import SnapshotError
from relayer.models.snapshot import snapshot_of

#: Blocks asked for in one call; public nodes grant a few thousand.
BLOCKS_PER_CALL: Final = 2_000


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
        trainer_entry: the trainer in the deployment file.
        deployed_at_block: the deployment's `block_number`; no data is older.
        start: gives the model as it was deployed; read from the chain unless given.
    """

    def __init__(
        self,
        node: ChainReader,
        trainer_entry: Mapping[str, Any],
        deployed_at_block: int,
        start: Callable[[], Classifier] | None = None,
    ) -> None:
        self._node = node
        self._entry = trainer_entry
        self._deployed_at_block = deployed_at_block
        self._start = start or self._read_start
        self._interface = load_artifact("DataHandler").interface
        self._model: Classifier | None = None
        self._block_number = deployed_at_block - 1
        self._block_hash: str | None = None
        self._batch_count = 0

    @property
    def block_number(self) -> int:
        """The last block whose data the model has learnt."""
        return self._block_number

    @property
    def batch_count(self) -> int:
        """Batches learnt so far; changes exactly when the model may have changed."""
        return self._batch_count

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
        return snapshot_of(self.model, self._entry["labels"], self._block_number)

    def advance(self, to_block: int) -> bool:
        """Learn all data up to a block; tell whether the model may have changed.

        Starts anew when the chain has replaced the block learnt last. Ask for confirmed blocks, so
        that this stays rare.

        Raises:
            NodeError: the node does not answer; what was learnt so far stays valid.
            SnapshotError: events are missing, or the chain learnt otherwise than the twin.
        """
        starts_anew = self._model is None or self._was_replaced()
        model = self._restart() if starts_anew else self.model
        batches_before = self._batch_count
        while self._block_number < to_block:
            last = min(to_block, self._block_number + BLOCKS_PER_CALL)
            self._learn_range(model, self._block_number + 1, last)
        return starts_anew or self._batch_count != batches_before

    def _restart(self) -> Classifier:
        model = self._start()
        self._model = model
        self._block_number = self._deployed_at_block - 1
        self._block_hash = None
        self._batch_count = 0
        return model

    def _read_start(self) -> Classifier:
        return read_initial_model(self._node, self._entry, self._deployed_at_block)

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
        topic = "0x" + self._interface.topic("DataAdded").hex()
        logs = self._node.logs([self._entry["data_handler"]], [topic], first, last)
        # Until the whole range is learnt the model is of no block, so a failure drops it.
        self._model = None
        for log in logs:
            self._learn(model, log)
        self._model, self._block_number, self._block_hash = model, last, head.hash

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
        if train(model, event["records"]) != event["acceptedMap"]:
            raise SnapshotError(
                f"The chain accepted other records of batch {event['id']} than the model's twin. "
                "Check that the deployment file names the right classifier."
            )
        self._batch_count = event["id"]
