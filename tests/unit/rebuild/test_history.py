"""What an event says of itself is checked before anything is learnt from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from eth_abi.abi import encode
from eth_hash.auto import keccak

from relayer.chain.answers import Log
from relayer.chain.contracts import load_artifact
from relayer.chain.wire import Record
from relayer.rebuild.errors import Discrepancy
from relayer.rebuild.event_reader import Piece
from relayer.rebuild.finding import Subject
from relayer.rebuild.history import Batch, History, SettledPart, check_content
from relayer.rebuild.journal import Journal

HANDLER = "0x" + "ab" * 20
PLAYER = "0x" + "12" * 20
RECORDS = b"".join(Record(PLAYER, label, bytes([0, label])).pack() for label in range(3))
DATA = load_artifact("DataHandler").interface


def make_batch(**overrides: Any) -> Batch:
    """A sound batch of three records of which two were accepted; `header_…` change the header."""
    header = {"id": 7, "addedAt": 100, "accepted": 2, "recordsHash": keccak(RECORDS)}
    fields: dict[str, Any] = {
        "id": 7,
        "accepted_map": 0b101,
        "records": RECORDS,
        "block_number": 9,
        "transaction_hash": "0x" + "00" * 32,
        "settled": (),
    }
    for name, value in overrides.items():
        target, key = (header, name[7:]) if name.startswith("header_") else (fields, name)
        target[key] = value
    return Batch(header=header, **fields)


def settled(batch_id: int, refunded: int, forfeited: int, block_number: int) -> Log:
    topics = (DATA.topic("DataSettled"), batch_id.to_bytes(32, "big"))
    data = encode(["uint256", "uint256"], [refunded, forfeited])
    return Log(HANDLER, topics, data, block_number, "0x" + "00" * 32, 0)


def added(batch_id: int, block_number: int, added_at: int = 100) -> Log:
    topics = (DATA.topic("DataAdded"), batch_id.to_bytes(32, "big"))
    types = "(uint64,uint32,uint40,uint96,uint16,uint32,address,bytes32,bytes32)"
    header = (batch_id, 1, added_at, 5, 2, 0, PLAYER, bytes(32), keccak(RECORDS))
    data = encode([types, "uint256", "bytes"], [header, 0b101, RECORDS])
    return Log(HANDLER, topics, data, block_number, "0x" + "00" * 32, 0)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path / "events.db")
    yield journal
    journal.close()


def batches(journal: Journal, *logs: Log, block_number: int = 99) -> list[Batch]:
    journal.add(Piece(0, 99, "hash", logs))
    return list(History(journal, block_number).batches())


def test_a_sound_batch_passes() -> None:
    check_content(make_batch())


@pytest.mark.parametrize(
    ("changes", "subject"),
    [
        ({"header_id": 8}, Subject.HEADER),
        ({"records": RECORDS[:-1] + b"\xff"}, Subject.RECORDS),
        ({"records": RECORDS[:-1], "header_recordsHash": keccak(RECORDS[:-1])}, Subject.RECORDS),
        ({"accepted_map": 0b111}, Subject.ACCEPTED_MAP),
        ({"accepted_map": 0b1001}, Subject.ACCEPTED_MAP),
        ({"header_accepted": 3}, Subject.ACCEPTED_MAP),
    ],
)
def test_a_batch_that_contradicts_itself_is_refused(
    changes: dict[str, Any], subject: Subject
) -> None:
    with pytest.raises(Discrepancy) as caught:
        check_content(make_batch(**changes))
    assert (caught.value.finding.subject, caught.value.finding.batch_id) == (subject, 7)


def test_what_is_settled_is_no_longer_open() -> None:
    parts = (SettledPart(0b001, 0, 10, "0x1"), SettledPart(0, 0b100, 11, "0x2"))
    batch = replace(make_batch(), settled=parts[:1])
    assert (batch.refunded_map, batch.forfeited_map, batch.open_map) == (0b001, 0, 0b100)
    assert replace(batch, settled=parts).open_map == 0


def test_settlements_count_up_to_the_block_of_the_history(journal: Journal) -> None:
    logs = (added(1, 3), settled(1, 0b001, 0, 5), settled(1, 0, 0b100, 8))
    assert batches(journal, *logs, block_number=7)[0].open_map == 0b100
    assert next(History(journal, 8).batches()).open_map == 0


@pytest.mark.parametrize(
    ("logs", "words"),
    [
        ((added(2, 3),), "batch 1 is missing before batch 2"),
        ((added(1, 3), added(3, 4)), "batch 2 is missing before batch 3"),
        ((added(1, 3), added(1, 4)), "batch 2 is missing before batch 1"),
        ((added(1, 3, 100), added(2, 4, 99)), "older"),
        ((settled(1, 1, 0, 2), added(1, 3)), "settled before it was added"),
        ((added(1, 3), settled(2, 1, 0, 4)), "settled before it was added"),
        ((added(1, 3), settled(1, 0b010, 0, 4)), "not open"),
        ((added(1, 3), settled(1, 0b001, 0b001, 4)), "not open"),
        ((added(1, 3), settled(1, 1, 0, 4), settled(1, 1, 0, 5)), "not open"),
        ((replace(added(1, 3), data=b"\1" * 70),), "cannot be read"),
    ],
)
def test_events_that_contradict_each_other_are_refused(
    journal: Journal, logs: tuple[Log, ...], words: str
) -> None:
    with pytest.raises(Discrepancy, match=words):
        batches(journal, *logs)
