"""Pieces of the history are as large as the node allows, whatever words it refuses in."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from relayer.chain.answers import Block, Log
from relayer.chain.errors import NodeError, NodeRefusalError, NodeUnreachableError
from relayer.chain.node import Node
from relayer.clock import ManualClock
from relayer.rebuild.errors import HistoryUnavailableError
from relayer.rebuild.event_reader import FIRST_PAUSE_S, PATIENCE, EventReader

CONTRACT = "0x" + "ab" * 20
LAST_BLOCK = 9_999
Refusal = Callable[[int, int], NodeError | None]


def log_in(block_number: int, address: str = CONTRACT) -> Log:
    return Log(address, (b"\1" * 32,), b"", block_number, "0x" + "00" * 32, 0)


class ScriptedNode(Node):
    """Has one event in each hundredth block, and refuses as the script wants."""

    def __init__(self, refuse: Refusal, strangers: bool = False) -> None:
        super().__init__("http://127.0.0.1:1")
        self._refuse = refuse
        self._strangers = strangers
        self.asked: list[tuple[int, int]] = []

    def block(self, block: int | str = "latest") -> Block | None:
        """Every block up to the last one."""
        number = int(block)
        return None if number > LAST_BLOCK else Block(number, f"{number:#066x}", 0, 0, 0)

    def logs(
        self,
        addresses: Sequence[str],
        topics: Sequence[str | Sequence[str] | None],
        from_block: int,
        to_block: int,
    ) -> list[Log]:
        """The events, the newest first, as some nodes have it."""
        self.asked.append((from_block, to_block))
        error = self._refuse(from_block, to_block)
        if error is not None:
            raise error
        numbers = [n for n in range(from_block, to_block + 1) if n % 100 == 0]
        address = "0x" + "cd" * 20 if self._strangers else CONTRACT
        return [log_in(number, address) for number in reversed(numbers)]


def refusing_above(most_blocks: int, words: str, code: int = -32005) -> Refusal:
    def refuse(first: int, last: int) -> NodeError | None:
        if last - first + 1 <= most_blocks:
            return None
        return NodeRefusalError("eth_getLogs", code, words)

    return refuse


def read(node: ScriptedNode, clock: ManualClock | None = None, **options: Any) -> list[int]:
    """All blocks that have events; every block must be read once and in order."""
    reader = EventReader(node, clock or ManualClock(), **options)
    pieces = list(reader.read([CONTRACT], 0, LAST_BLOCK))
    ends = [(piece.first, piece.last) for piece in pieces]
    assert ends[0][0] == 0
    assert ends[-1][1] == LAST_BLOCK
    assert all(left[1] + 1 == right[0] for left, right in itertools.pairwise(ends))
    assert all(piece.last_hash == f"{piece.last:#066x}" for piece in pieces)
    return [log.block_number for piece in pieces for log in piece.logs]


WORDS = [
    "query returned more than 10000 results",
    "exceed maximum block range: 50000",
    "block range is too wide",
    "Log response size exceeded. You can make eth_getLogs requests with up to a 2K block range",
    "eth_getLogs is limited to a 1000 blocks range",
    "query timeout exceeded",
    "response is too big",
    "backend response too large",
    "logs matched by query exceeds limit of 10000",
    "limit exceeded",
]


@pytest.mark.parametrize("words", WORDS)
def test_a_refused_range_is_halved_until_it_is_answered(words: str) -> None:
    node = ScriptedNode(refusing_above(700, words))
    assert read(node) == list(range(0, LAST_BLOCK + 1, 100))
    assert max(last - first + 1 for first, last in node.asked) <= 2_000


def test_an_answered_range_lets_the_next_be_larger() -> None:
    node = ScriptedNode(lambda first, last: None)
    read(node, first_size=100)
    assert [last - first + 1 for first, last in node.asked][:4] == [100, 200, 400, 800]


def test_a_range_that_the_node_proposes_is_taken() -> None:
    def refuse(first: int, last: int) -> NodeError | None:
        if last - first + 1 <= 300:
            return None
        words = f"this block range should work: [{first:#x}, {first + 299:#x}]"
        return NodeRefusalError("eth_getLogs", -32602, words)

    node = ScriptedNode(refuse)
    read(node)
    assert node.asked[:2] == [(0, 1_999), (0, 299)]


@pytest.mark.parametrize("proposal", ["[0x0, 0xffffff]", "[0x5, 0x9]", "[0x0, 0x"])
def test_a_proposal_that_does_not_help_is_passed_over(proposal: str) -> None:
    node = ScriptedNode(refusing_above(700, f"try {proposal}"))
    assert read(node) == list(range(0, LAST_BLOCK + 1, 100))
    assert node.asked[1] == (0, 999)


def test_a_block_that_is_refused_by_itself_ends_the_reading() -> None:
    def refuse(first: int, last: int) -> NodeError | None:
        if first <= 4_242 <= last:
            return NodeRefusalError("eth_getLogs", -32000, "pruned history unavailable")
        return None

    with pytest.raises(HistoryUnavailableError, match="block 4242: pruned history unavailable"):
        read(ScriptedNode(refuse))


@pytest.mark.parametrize(
    "error",
    [
        NodeRefusalError("eth_getLogs", 429, "Too Many Requests"),
        NodeRefusalError("eth_getLogs", -32005, "daily request count exceeded, rate limited"),
        NodeRefusalError("eth_getLogs", 429, "exceeded its compute units per second capacity"),
        NodeUnreachableError("eth_getLogs: no answer from the node (ReadTimeout)."),
    ],
)
def test_a_node_that_asks_for_patience_gets_it(error: NodeError) -> None:
    left = [error] * (PATIENCE - 1)
    node = ScriptedNode(lambda first, last: left.pop() if left else None)
    clock = ManualClock(0.0)
    assert read(node, clock) == list(range(0, LAST_BLOCK + 1, 100))
    assert clock.now() == sum(FIRST_PAUSE_S * 2**n for n in range(PATIENCE - 1))


def test_a_node_that_stays_silent_is_given_up() -> None:
    node = ScriptedNode(lambda first, last: NodeUnreachableError("no answer"))
    with pytest.raises(NodeUnreachableError):
        read(node)
    assert len(node.asked) == PATIENCE


def test_events_that_nobody_asked_for_are_refused() -> None:
    with pytest.raises(HistoryUnavailableError, match="nobody asked for"):
        read(ScriptedNode(lambda first, last: None, strangers=True))


def test_blocks_that_the_node_does_not_have_yet_are_waited_for_and_given_up() -> None:
    reader = EventReader(ScriptedNode(lambda first, last: None), ManualClock())
    with pytest.raises(NodeUnreachableError, match="does not have block"):
        list(reader.read([CONTRACT], LAST_BLOCK + 1, LAST_BLOCK + 1))
