"""Reads all events of some contracts in pieces of a size that the node answers.

Nodes limit `eth_getLogs` by blocks, by results, by bytes or by time, and say so in words of their
own. So the size is learnt: a refused piece is halved, an answered one lets the next be twice as
large, and where the node names a range that works, that one is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from relayer.chain.answers import Log
from relayer.chain.errors import NodeError, NodeRefusalError, NodeUnreachableError
from relayer.chain.node import Node
from relayer.clock import Clock
from relayer.rebuild.errors import HistoryUnavailableError

FIRST_SIZE: Final = 2_000
MOST_BLOCKS: Final = 1 << 20
#: Times that one piece is asked for after silence or a rate limit, ever more slowly.
PATIENCE: Final = 6
FIRST_PAUSE_S: Final = 0.5

_RATE_LIMIT = re.compile(
    r"rate.?limit|too many requests|(requests|compute units) per second|throughput|\b429\b",
    re.IGNORECASE,
)
_SUGGESTED_RANGE = re.compile(r"\[\s*(0x[0-9a-f]+)\s*,\s*(0x[0-9a-f]+)\s*\]", re.IGNORECASE)


@dataclass(frozen=True)
class Piece:
    """The events of a range of blocks, both ends included, and the hash of the last block."""

    first: int
    last: int
    last_hash: str
    logs: tuple[Log, ...]


class EventReader:
    """Reads ranges of blocks from a node.

    Args:
        node: is asked.
        clock: lets time pass when the node asks for it.
        first_size: blocks of the first piece.
        patience: times that one piece is asked for after silence or a rate limit.
    """

    def __init__(
        self, node: Node, clock: Clock, first_size: int = FIRST_SIZE, patience: int = PATIENCE
    ) -> None:
        self._node = node
        self._clock = clock
        self._patience = patience
        self._size = min(first_size, MOST_BLOCKS)

    def read(self, addresses: Sequence[str], first: int, last: int) -> Iterator[Piece]:
        """All events of the contracts from block `first` to `last`, in chain order.

        Raises:
            HistoryUnavailableError: the node refuses even a single block.
            NodeUnreachableError: the node stays silent.
        """
        failures = 0
        while first <= last:
            end = min(last, first + self._size - 1)
            try:
                piece = self._piece(addresses, first, end)
            except NodeError as error:
                failures += 1
                self._make_room(error, first, end, failures)
                continue
            yield piece
            first, failures = end + 1, 0
            self._size = min(MOST_BLOCKS, 2 * self._size)

    def _piece(self, addresses: Sequence[str], first: int, last: int) -> Piece:
        # The hash is read before the events: a block replaced in between is noticed later.
        head = self._node.block(last)
        if head is None:
            raise NodeUnreachableError(f"The node does not have block {last} yet.")
        logs = self._node.logs(addresses, [], first, last)
        ordered = sorted(logs, key=lambda log: (log.block_number, log.log_index))
        asked = {address.lower() for address in addresses}
        for log in ordered:
            if log.address.lower() not in asked or not first <= log.block_number <= last:
                raise HistoryUnavailableError(
                    f"The node answers with an event of {log.address} in block "
                    f"{log.block_number} that nobody asked for. Use another node."
                )
        return Piece(first, last, head.hash, tuple(ordered))

    def _make_room(self, error: NodeError, first: int, end: int, failures: int) -> None:
        """Decides how to go on after a failure: wait, ask for less, or give up."""
        size = end - first + 1
        if not isinstance(error, NodeRefusalError) or _RATE_LIMIT.search(error.reason):
            if failures >= self._patience:
                raise error
            self._clock.sleep(FIRST_PAUSE_S * 2 ** (failures - 1))
            # An answer too large to arrive in time looks like silence.
            self._size = max(1, size // 2)
            return
        if size == 1:
            raise HistoryUnavailableError(
                f"The node does not hand out the events of block {first}: {error.reason}. "
                "Use a node that keeps the whole history."
            ) from error
        self._size = _suggested(error.reason, first, size) or size // 2


def _suggested(reason: str, first: int, size: int) -> int | None:
    """The size that the node's own words propose, when it helps."""
    match = _SUGGESTED_RANGE.search(reason)
    if match is None or int(match[1], 16) != first:
        return None
    proposed = int(match[2], 16) - first + 1
    return proposed if 1 <= proposed < size else None
