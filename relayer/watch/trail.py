"""Holds each new head against the blocks that were believed before.

A head counts only if the blocks below it are linked to it by their hashes, as many as must lie on
top of a final block: a mere number proves nothing. Where its chain leaves the one that was seen
before, the last common block is searched, however deep it lies.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

from relayer.chain.answers import Block
from relayer.chain.errors import NodeAnswerError, NodeUnreachableError
from relayer.chain.node import Node
from relayer.clock import Clock
from relayer.store import Store

#: How long a node must name a block below one that was seen before it is believed that the chain
#: has gone back; until then the node may only lag.
BELIEVED_AFTER_S = 10.0
#: Contradictions in a row after which a node is asked no more: one may be a reorganisation that
#: came between two questions.
MOST_CONTRADICTIONS = 3
#: Block heads asked for in one request.
HEADS_PER_REQUEST = 50
#: No block at all.
NO_BLOCK = -1


class NodeBehindError(NodeUnreachableError):
    """The node names a block below one that was seen before: it lags, or the chain went back."""


@dataclass(frozen=True)
class Step:
    """From the blocks that were believed to a new head.

    Attributes:
        ancestor_number: the last block that both chains hold; `NO_BLOCK` when none is known.
        hashes: the blocks above it that were looked at, the head included.
        dropped: whether blocks that were believed are no longer of the chain.
    """

    ancestor_number: int
    hashes: dict[int, str] = field(default_factory=dict)
    dropped: bool = False


class ChainTrail:
    """The blocks that were believed, and how new ones join them.

    Args:
        store: keeps the trail.
        node: is asked for block heads.
        confirmations: blocks that must be linked on top of a final one.
        clock: tells how long a node has been behind.
    """

    def __init__(self, store: Store, node: Node, confirmations: int, clock: Clock) -> None:
        self._store = store
        self._node = node
        self._confirmations = confirmations
        self._clock = clock
        self._known: dict[int, str] | None = None
        self._behind_since: float | None = None
        self._contradictions = 0

    def hash_at(self, number: int) -> str | None:
        """The hash of a block that is believed, or None when it was not looked at."""
        return self._blocks.get(number)

    def follow(self, head: Block) -> Step:
        """How a head joins what was seen; changes nothing but what `keep` is given.

        Raises:
            NodeBehindError: it was seen before and had blocks on top; ask again later.
            NodeUnreachableError: the node contradicts itself, or does not answer.
        """
        known = self._blocks
        newest = max(known, default=NO_BLOCK)
        if known.get(head.number) == head.hash:
            if head.number < newest:
                self._wait_for(head, newest)
            return Step(head.number, dropped=head.number < newest)
        self._behind_since = None
        ancestor = self._ancestor(head)
        hashes = self._linked(head, ancestor)
        self._contradictions = 0
        return Step(ancestor, hashes, dropped=newest > ancestor)

    def keep(self, step: Step) -> None:
        """Writes a step down; call it inside a database transaction."""
        self._store.trail.replace(step.ancestor_number, step.hashes)
        self._known = None

    @property
    def _blocks(self) -> dict[int, str]:
        if self._known is None:
            self._known = self._store.trail.hashes()
        return self._known

    def _wait_for(self, head: Block, newest: int) -> None:
        now = self._clock.monotonic()
        if self._behind_since is None:
            self._behind_since = now
        if now < self._behind_since + BELIEVED_AFTER_S:
            raise NodeBehindError(
                f"the node is at block {head.number} and block {newest} was seen before; "
                "waiting whether it lags or the chain has gone back"
            )

    def _ancestor(self, head: Block) -> int:
        """The highest block below the head that is known and still of the chain."""
        known = self._blocks
        if known.get(head.number - 1) == head.parent_hash:
            return head.number - 1
        below = sorted(number for number in known if number < head.number)
        if not below or self._is_canonical(below[-1], head):
            return below[-1] if below else NO_BLOCK
        # All blocks up to the ancestor are of the chain, none above it is.
        is_dropped: Callable[[int], bool] = lambda number: not self._is_canonical(number, head)  # noqa: E731 - a key for bisect
        first_dropped = bisect_left(below, True, key=is_dropped)
        return below[first_dropped - 1] if first_dropped else NO_BLOCK

    def _is_canonical(self, number: int, head: Block) -> bool:
        block = self._node.block(number)
        if block is None:
            raise self._contradiction(f"names block {head.number} and does not have {number}")
        return block.hash == self._blocks[number]

    def _linked(self, head: Block, ancestor: int) -> dict[int, str]:
        """The hashes of the head and of the blocks right below it, each linked to the next."""
        lowest = max(ancestor + 1, head.number - self._confirmations, 0)
        blocks = [*self._heads(lowest, head), head]
        for lower, upper in pairwise(blocks):
            if lower.hash != upper.parent_hash:
                raise self._contradiction(f"names blocks {lower.number} and on that do not join")
        below = self._blocks.get(lowest - 1)
        if ancestor == lowest - 1 and below is not None and below != blocks[0].parent_hash:
            raise self._contradiction(f"names a block {lowest} that does not join the one below")
        return {block.number: block.hash for block in blocks}

    def _heads(self, lowest: int, head: Block) -> list[Block]:
        found: list[Block] = []
        for start in range(lowest, head.number, HEADS_PER_REQUEST):
            numbers = range(start, min(start + HEADS_PER_REQUEST, head.number))
            for number, block in zip(numbers, self._node.blocks(numbers), strict=True):
                if block is None:
                    raise self._contradiction(f"is at block {head.number} and lacks {number}")
                found.append(block)
        return found

    def _contradiction(self, words: str) -> NodeAnswerError:
        self._contradictions += 1
        if self._contradictions >= MOST_CONTRADICTIONS:
            self._contradictions = 0
            self._node.distrust(words)
        return NodeAnswerError(f"The node {words}. Nothing is decided from it.")
