"""The journal keeps whole pieces in order, knows what was replaced, and may be shared."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from relayer.chain.answers import Block, Log
from relayer.chain.node import Node
from relayer.rebuild.errors import JournalError
from relayer.rebuild.event_reader import Piece
from relayer.rebuild.journal import KEPT_PIECES, Identity, Journal

HANDLER, CLASSIFIER = "0x" + "Ab" * 20, "0x" + "cD" * 20
IDENTITY = Identity(31337, "0x" + "11" * 20, HANDLER, CLASSIFIER, 5)
SETTLED = b"\2" * 32


def log(
    block_number: int, log_index: int = 0, *, address: str = HANDLER, topics: tuple[bytes, ...] = ()
) -> Log:
    return Log(address, topics or (b"\1" * 32,), b"data", block_number, "0x" + "00" * 32, log_index)


def piece(first: int, last: int, *logs: Log, fork: str = "a") -> Piece:
    return Piece(first, last, f"{last}{fork}", logs)


class Chain(Node):
    """A chain that says which fork each of its blocks is of."""

    def __init__(self, fork_from: int) -> None:
        super().__init__("http://127.0.0.1:1")
        self._fork_from = fork_from

    def block(self, block: int | str = "latest") -> Block | None:
        """A block of the old chain, or of the fork."""
        fork = "b" if int(block) >= self._fork_from else "a"
        return Block(int(block), f"{block}{fork}", 0, 0, 0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events.db"


def test_events_come_back_as_they_were_after_the_file_is_opened_again(path: Path) -> None:
    first = log(5, 1, topics=(b"\7" * 32, b"\x08" * 32))
    second = log(6, 0, address=CLASSIFIER)
    journal = Journal(path)
    journal.claim(IDENTITY)
    assert journal.add(piece(5, 9, first, second))
    journal.close()

    again = Journal(path)
    assert again.identity == IDENTITY
    assert again.last_block == 9
    assert list(again.events(9)) == [first, second]
    assert list(again.events(5)) == [first]
    assert list(again.events_of(CLASSIFIER.upper().replace("X", "x"), 9)) == [second]
    again.close()


def test_events_are_found_by_all_of_their_topics(path: Path) -> None:
    one, two = (log(5, n, topics=(SETTLED, bytes([n]) * 32)) for n in (1, 2))
    journal = Journal(path)
    journal.add(piece(5, 9, one, two))
    assert journal.events_with((SETTLED, b"\2" * 32), 9) == [two]
    assert journal.events_with((SETTLED, b"\2" * 32), 4) == []
    assert journal.events_with((SETTLED,), 9) == []
    journal.close()


def test_a_piece_that_does_not_follow_is_not_added(path: Path) -> None:
    journal = Journal(path)
    assert journal.add(piece(5, 9, log(5)))
    assert not journal.add(piece(5, 9, log(5)))
    assert not journal.add(piece(11, 12))
    assert journal.add(piece(10, 12))
    assert journal.last_block == 12
    assert len(list(journal.events(99))) == 1
    journal.close()


def test_pieces_that_the_chain_replaced_are_taken_out_with_their_events(path: Path) -> None:
    journal = Journal(path)
    for first in (0, 10, 20, 30):
        journal.add(piece(first, first + 9, log(first + 3)))
    assert journal.drop_replaced(Chain(fork_from=25)) == 2
    assert journal.last_block == 19
    assert [event.block_number for event in journal.events(99)] == [3, 13]
    assert journal.drop_replaced(Chain(fork_from=0)) == 2
    assert journal.last_block is None
    journal.close()


def test_many_pieces_are_merged_from_the_oldest_on(path: Path) -> None:
    journal = Journal(path)
    for number in range(KEPT_PIECES + 10):
        journal.add(piece(number, number, log(number)))
    assert journal.last_block == KEPT_PIECES + 9
    # only the newest ones can be taken out by themselves
    assert journal.drop_replaced(Chain(fork_from=KEPT_PIECES)) == 10
    assert journal.drop_replaced(Chain(fork_from=0)) == KEPT_PIECES - 10
    assert list(journal.events(10**6)) == []
    journal.close()


def test_writers_that_share_a_file_add_each_piece_once(path: Path) -> None:
    Journal(path).close()
    added: list[int] = []

    def write() -> None:
        journal = Journal(path)
        pieces = [piece(number, number, log(number)) for number in range(40)]
        added.extend(each.first for each in pieces if journal.add(each))
        journal.close()

    writers = [threading.Thread(target=write) for _ in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    journal = Journal(path)
    assert sorted(added) == list(range(40))
    assert len(list(journal.events(99))) == 40
    journal.close()


def test_a_file_belongs_to_one_trainer(path: Path) -> None:
    journal = Journal(path)
    journal.claim(IDENTITY)
    journal.claim(IDENTITY)
    with pytest.raises(JournalError, match="chain 31337 from block 5 on"):
        journal.claim(Identity(1, IDENTITY.trainer, HANDLER, CLASSIFIER, 5))
    journal.close()


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="nowhere"):
        Journal(tmp_path / "nowhere" / "events.db")
