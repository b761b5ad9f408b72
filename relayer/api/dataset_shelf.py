"""Datasets as the chain has them, for everybody: others' direct contributions are in them too."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from relayer.chain.errors import NodeError
from relayer.chain.pool import open_node
from relayer.clock import Clock
from relayer.deployment import Deployment, TrainerEntry
from relayer.rebuild.dataset import LabelNames, contributions, to_line
from relayer.rebuild.errors import Discrepancy, RebuildError
from relayer.rebuild.history import History
from relayer.rebuild.journal import Journal
from relayer.rebuild.parts import Parts
from relayer.rebuild.source import Source, identity_of
from relayer.refusals import ChainUnavailable
from relayer.settings import Settings
from relayer.store.chain_state import HeadSnapshot

#: Answers of the node that one request waits for: a long history is read over several requests.
PIECES_PER_REQUEST: Final = 8


@dataclass(frozen=True, slots=True)
class DatasetPage:
    """Whole batches of a dataset, as of a block."""

    body: bytes  #: JSON Lines
    block_number: int
    last_batch_id: int  #: the last batch that was looked at
    is_last: bool


class DatasetShelf:
    """Keeps the events of each trainer in a file beside the database and makes pages of them.

    Args:
        settings: where node and database are.
        deployment: the trainers.
        clock: lets time pass when the node asks for it.
    """

    def __init__(self, settings: Settings, deployment: Deployment, clock: Clock) -> None:
        self._settings = settings
        self._deployment = deployment
        self._clock = clock
        self._node = open_node(settings, chain_id=deployment.chain_id)
        self._reading = threading.Lock()

    def page(
        self,
        entry: TrainerEntry,
        head: HeadSnapshot | None,
        *,
        block_number: int | None,
        after_batch: int,
        most_lines: int,
    ) -> DatasetPage:
        """Return the batches that follow one, until a page is full.

        Args:
            entry: one of the deployment's trainers.
            head: the newest block that the worker saw.
            block_number: the block of the pages before; None begins at the last confirmed one.
            after_batch: the last batch of the page before; 0 begins with the first.
            most_lines: the page ends with the batch that reaches it.

        Raises:
            ChainUnavailable: the events could not be read yet, or the node tells nonsense.
        """
        parts = _parts(self._deployment, entry)
        with self._journal(parts) as journal:
            if block_number is None or (journal.last_block or 0) < block_number:
                self._catch_up(journal, parts, head)
            known = journal.last_block
            if known is None or (block_number is not None and known < block_number):
                raise ChainUnavailable(
                    "The dataset has not been read from the chain yet. Ask again in a few seconds."
                )
            history = History(journal, known if block_number is None else block_number)
            try:
                return _page(history, parts, entry, after_batch, most_lines)
            except Discrepancy as error:
                journal.clear()
                raise ChainUnavailable(
                    "The node's events contradict each other; they are read again. Ask again in a "
                    "few seconds."
                ) from error

    def _catch_up(self, journal: Journal, parts: Parts, head: HeadSnapshot | None) -> None:
        """Read new confirmed blocks, unless another request does or the node is silent."""
        if head is None:
            return
        target, known = head.number - self._settings.confirmations, journal.last_block
        if known is not None and known >= target:
            return
        if not self._reading.acquire(blocking=known is None):
            return
        try:
            source = Source(self._node, parts, journal, self._clock, patience=1)
            source.catch_up(target, PIECES_PER_REQUEST)
        except (NodeError, RebuildError):
            # What is there is served: an old dataset is better than none, and it tells its block.
            return
        finally:
            self._reading.release()

    @contextmanager
    def _journal(self, parts: Parts) -> Iterator[Journal]:
        journal = Journal(self._path(parts))
        try:
            journal.claim(identity_of(parts, self._deployment.block_number))
            yield journal
        finally:
            journal.close()

    def _path(self, parts: Parts) -> Path:
        """A file for this trainer of this deployment, and no other."""
        identity = repr(identity_of(parts, self._deployment.block_number))
        digest = hashlib.sha256(identity.encode()).hexdigest()[:16]
        database = self._settings.database
        return database.with_name(f"{database.name}.events-{digest}")


def _page(
    history: History, parts: Parts, entry: TrainerEntry, after_batch: int, most_lines: int
) -> DatasetPage:
    names = LabelNames.of(history, parts, entry.labels)
    lines: list[bytes] = []
    last = after_batch
    while len(lines) < most_lines:
        batch = history.batch(last + 1)
        if batch is None:
            return DatasetPage(b"".join(lines), history.block_number, last, is_last=True)
        lines += [to_line(each) for each in contributions(batch, parts, names)]
        last = batch.id
    is_last = history.batch(last + 1) is None
    return DatasetPage(b"".join(lines), history.block_number, last, is_last)


def _parts(deployment: Deployment, entry: TrainerEntry) -> Parts:
    """What the deployment file tells: no node is asked."""
    return Parts(
        chain_id=deployment.chain_id,
        trainer=entry.address,
        name=entry.name,
        forwarder=deployment.forwarder,
        data_handler=entry.data_handler,
        classifier=entry.classifier.address,
        classifier_kind=entry.classifier.kind,
        mechanism=entry.mechanism.address,
        mechanism_kind=entry.mechanism.kind,
    )
