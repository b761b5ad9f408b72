"""A trainer's history as a node has it: found, downloaded, held at one block of the chain."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final, Self, TypeVar

from relayer.chain.answers import Block
from relayer.chain.errors import NodeRefusalError
from relayer.chain.node import Node
from relayer.clock import Clock
from relayer.rebuild.errors import (
    Discrepancy,
    NotATrainerError,
    ReorganisedError,
    StateUnavailableError,
)
from relayer.rebuild.event_reader import PATIENCE, EventReader
from relayer.rebuild.finding import Finding, Subject
from relayer.rebuild.history import History
from relayer.rebuild.journal import Identity, Journal
from relayer.rebuild.parts import Parts, creation_block, find_parts
from relayer.rebuild.progress import Progress, silence
from relayer.rebuild.witness import narrow

#: Blocks that a check is tried at before the chain counts as too restless.
ATTEMPTS: Final = 4

_NO_STATE = re.compile(
    r"missing trie node|state .*(not available|unavailable|pruned|missing)|historical state"
    r"|header not found|block not found|unknown block|archive|pruned|distance to target block"
    r"|out of range",
    re.IGNORECASE,
)

_Result = TypeVar("_Result")


class Source:
    """The history of one trainer.

    Args:
        node: is asked for everything.
        parts: the trainer.
        journal: where events are kept; `close` closes it.
        clock: lets time pass when the node asks for it.
        report: is told how far the download is.
        patience: times that one question is asked when the node is silent.
    """

    def __init__(
        self,
        node: Node,
        parts: Parts,
        journal: Journal,
        clock: Clock,
        report: Progress = silence,
        patience: int = PATIENCE,
    ) -> None:
        self.node = node
        self.parts = parts
        self.journal = journal
        self.report = report
        identity = journal.identity
        #: Where the history begins.
        self.first_block = 0 if identity is None else identity.first_block
        self._reader = EventReader(node, clock, patience=patience)

    @classmethod
    def open(
        cls,
        node: Node,
        trainer: str,
        clock: Clock,
        *,
        journal: Path | None = None,
        first_block: int | None = None,
        report: Progress = silence,
    ) -> Self:
        """Find a trainer and take up its history.

        Args:
            node: is asked.
            trainer: its address.
            clock: lets time pass when the node asks for it.
            journal: file that keeps what was downloaded; None: a temporary one.
            first_block: a block that is not after the trainer's creation; None: it is searched.
            report: is told how far the download is.

        Raises:
            NotATrainerError: no trainer lives at the address.
            JournalError: the file cannot be used, or belongs to another trainer.
            NodeError: the node does not answer.
        """
        parts = find_parts(node, trainer)
        opened = Journal(journal)
        try:
            known = opened.identity
            if first_block is None:
                first_block = known.first_block if known else _first_block(node, parts)
            opened.claim(identity_of(parts, first_block))
        except BaseException:
            opened.close()
            raise
        return cls(node, parts, opened, clock, report)

    def close(self) -> None:
        """Close the file of events."""
        self.journal.close()

    def catch_up(self, to_block: int, most_pieces: int | None = None) -> None:
        """Download what is missing up to a block, after taking out what the chain has replaced.

        Args:
            to_block: the last block.
            most_pieces: end after so many answers of the node, wherever that is; None: never.

        Raises:
            HistoryUnavailableError: the node does not hand out the events.
            NodeError: the node does not answer; what was downloaded is kept.
        """
        self.journal.drop_replaced(self.node)
        addresses = [self.parts.data_handler, self.parts.classifier]
        begin = self._next_block()
        left = most_pieces
        while self._next_block() <= to_block:
            for piece in self._reader.read(addresses, self._next_block(), to_block):
                # Another process may have been quicker: then go on behind what it has added.
                if not self.journal.add(piece):
                    break
                self.report("reading blocks", piece.last + 1 - begin, to_block + 1 - begin)
                left = None if left is None else left - 1
                if left == 0:
                    return

    def history(self, block_number: int) -> History:
        """The events up to a block that was caught up with."""
        return History(self.journal, block_number)

    def confirmed_block(self, confirmations: int) -> Block:
        """The newest block that has this many on top.

        Raises:
            NodeError: the node does not answer.
        """
        head = self.node.head()
        return self.block(max(0, head.number - confirmations))

    def block(self, number: int) -> Block:
        """A block by number.

        Raises:
            NotATrainerError: the chain has no such block.
        """
        block = self.node.block(number)
        if block is None:
            raise NotATrainerError(f"The chain has no block {number} yet. Check an older one.")
        return block

    def at_block(self, choose: Callable[[], Block], check: Callable[[Block], _Result]) -> _Result:
        """What a check comes to at one block, which must be of the chain when it is over.

        When the chain was replaced meanwhile, or the node has dropped the block's state during a
        long download, the check is made again at the block that `choose` then gives.

        Raises:
            Discrepancy: the check failed, as narrow as witnesses tell.
            ReorganisedError: the chain was replaced under every attempt.
            StateUnavailableError: the node keeps no state of the block.
            NodeError: the node does not answer.
        """
        missing: NodeRefusalError | None = None
        for _ in range(ATTEMPTS):
            pinned = choose()
            self.catch_up(pinned.number)
            try:
                result = check(pinned)
            except Discrepancy as discrepancy:
                if self._is_canonical(pinned):
                    narrowed = self._narrowed(discrepancy)
                    if narrowed.subject is not Subject.DATASET:
                        # What this node told may be the lie: another one is asked for all again.
                        self.journal.clear()
                    raise Discrepancy(narrowed) from discrepancy
            except NodeRefusalError as error:
                if not _NO_STATE.search(error.reason):
                    raise
                missing = error
            else:
                if self._is_canonical(pinned):
                    return result
        if missing is not None:
            raise StateUnavailableError(
                f"The node has no state of block {pinned.number}: {missing.reason}. Check a newer "
                "block, or use a node that keeps old states."
            ) from missing
        raise ReorganisedError(
            f"The chain was replaced {ATTEMPTS} times under the check. Ask for more confirmations."
        )

    def _narrowed(self, discrepancy: Discrepancy) -> Finding:
        return narrow(discrepancy.finding, self.journal, self.node, self.parts.data_handler)

    def _next_block(self) -> int:
        last = self.journal.last_block
        return self.first_block if last is None else last + 1

    def _is_canonical(self, pinned: Block) -> bool:
        block = self.node.block(pinned.number)
        return block is not None and block.hash == pinned.hash


def identity_of(parts: Parts, first_block: int) -> Identity:
    """Whose events a journal of this trainer holds."""
    return Identity(
        parts.chain_id, parts.trainer, parts.data_handler, parts.classifier, first_block
    )


def _first_block(node: Node, parts: Parts) -> int:
    addresses = (parts.classifier, parts.data_handler)
    # Without old states the search is impossible: then everything is read, in large pieces.
    return creation_block(node, addresses, node.head().number) or 0
