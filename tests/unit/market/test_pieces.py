"""Test sets: from a file of samples to pieces, and the secret file that keeps them."""

from __future__ import annotations

import json
import stat
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from eth_hash.auto import keccak

from relayer.chain.wire import Record, unpack_records
from relayer.deployment import TrainerEntry
from relayer.market.errors import UnusableTestSetError
from relayer.market.pieces import (
    HiddenTestSet,
    Piece,
    find_test_set,
    fitting_count,
    load_test_set,
)
from relayer.market.test_set_files import NO_PLAYER, cut, read_records
from relayer.models.features import encode_words
from tests.house import OTHER_CONTRACT, PERCEPTRON, TRAINER, make_deployment


def make_entry(**overrides: Any) -> TrainerEntry:
    return make_deployment().trainers[0].model_copy(update=overrides)


def make_records(count: int) -> list[Record]:
    return [Record(NO_PLAYER, index % 2, index.to_bytes(2, "big")) for index in range(count)]


def make_test_set(**overrides: Any) -> HiddenTestSet:
    fields: dict[str, Any] = {"chain_id": 31337, "market": TRAINER}
    return HiddenTestSet(**(fields | {"pieces": cut(make_records(9), 3)} | overrides))


def write_lines(folder: Path, *lines: object) -> Path:
    path = folder / "samples.jsonl"
    text = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(text), "utf-8")
    return path


# --- files of samples


def test_every_form_of_a_sample_is_understood(tmp_path: Path) -> None:
    path = write_lines(
        tmp_path,
        {"label": "river", "features": [300, 7, 21]},
        {"label": 0, "sample": "0x00070015012c"},
        {"label": "storm", "words": ["Bank", "boat"]},
        {"label": "storm", "text": " bank  boat "},
        "",
        {"label": 3, "numbers": [-1, 256]},
    )
    records = read_records(path, make_entry())
    sparse = bytes.fromhex("00070015012c")
    words = encode_words(["bank", "boat"])
    assert [(record.label, record.sample) for record in records] == [
        (1, sparse),
        (0, sparse),
        (3, words),
        (3, words),
        (3, bytes.fromhex("ffff0100")),
    ]
    assert {record.player for record in records} == {NO_PLAYER}


@pytest.mark.parametrize(
    "line",
    [
        "no json",
        [1, 2],
        {"features": [1]},
        {"label": "ocean", "features": [1]},
        {"label": 4, "features": [1]},
        {"label": -1, "features": [1]},
        {"label": True, "features": [1]},
        {"label": 0},
        {"label": 0, "features": [1], "words": ["a"]},
        {"label": 0, "features": [1], "weight": 3},
        {"label": 0, "features": []},
        {"label": 0, "features": [70_000]},
        {"label": 0, "features": ["one"]},
        {"label": 0, "sample": "0xzz"},
        {"label": 0, "words": "bank"},
        {"label": 0, "words": [1]},
        {"label": 0, "numbers": [40_000]},
    ],
)
def test_a_line_that_is_not_understood_is_named(tmp_path: Path, line: object) -> None:
    path = write_lines(tmp_path, {"label": 0, "features": [1]}, line)
    with pytest.raises(UnusableTestSetError, match="line 2"):
        read_records(path, make_entry())


def test_words_need_a_model_that_hashes_them(tmp_path: Path) -> None:
    path = write_lines(tmp_path, {"label": 0, "text": "bank boat"})
    with pytest.raises(UnusableTestSetError, match="does not hash words"):
        read_records(path, make_entry(hashing=None))


def test_one_sample_is_too_few_and_a_missing_file_is_named(tmp_path: Path) -> None:
    path = write_lines(tmp_path, {"label": 0, "features": [1]})
    with pytest.raises(UnusableTestSetError, match="at least 2"):
        read_records(path, make_entry())
    with pytest.raises(UnusableTestSetError, match="cannot read"):
        read_records(tmp_path / "missing.jsonl", make_entry())


# --- pieces


@pytest.mark.parametrize(("count", "size"), [(2, 16), (16, 16), (17, 16), (100, 16), (255, 1)])
def test_every_record_is_in_one_piece_and_pieces_are_alike(count: int, size: int) -> None:
    records = make_records(count)
    pieces = cut(records, size)
    held = [record for piece in pieces for record in unpack_records(piece.records)]
    assert Counter(held) == Counter(records)
    sizes = [len(unpack_records(piece.records)) for piece in pieces]
    assert max(sizes) - min(sizes) <= 1
    assert max(sizes) <= size
    assert 2 <= len(pieces) <= 255


def test_more_pieces_than_the_market_takes_are_refused() -> None:
    with pytest.raises(UnusableTestSetError, match="255 are the most"):
        cut(make_records(256), 1)


def test_pieces_are_shuffled_and_salted_each_on_its_own() -> None:
    records = make_records(200)
    one, other = cut(records, 10), cut(records, 10)
    assert [piece.records for piece in one] != [piece.records for piece in other]
    assert len({piece.salt for piece in one + other}) == len(one + other)
    assert all(len(piece.salt) == 32 for piece in one)


def test_a_leaf_is_the_hash_of_salt_and_hashed_records() -> None:
    piece = Piece(b"\x01" * 32, b"records")
    assert piece.leaf == keccak(b"\x01" * 32 + keccak(b"records"))
    assert "records" not in repr(piece).replace("Piece(7 bytes)", "")


def test_as_many_pieces_are_sent_as_fit_and_at_least_one() -> None:
    pieces = [Piece(bytes(32), bytes(100))] * 5
    assert [fitting_count(pieces, room) for room in (50, 100, 250, 500, 1_000)] == [1, 1, 2, 5, 5]


# --- the secret file


def test_the_secret_is_read_back_as_it_was_and_only_its_owner_may(tmp_path: Path) -> None:
    test_set = make_test_set()
    path = tmp_path / "new folder" / "secret.json"
    test_set.save(path)
    assert load_test_set(path) == test_set
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path], "no draft stays behind"


def test_a_secret_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "secret.json"
    first = make_test_set()
    first.save(path)
    with pytest.raises(UnusableTestSetError, match="never overwritten"):
        make_test_set().save(path)
    assert load_test_set(path) == first
    assert list(tmp_path.iterdir()) == [path]


def test_a_secret_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret.json"
    make_test_set().save(path)
    path.chmod(0o640)
    with pytest.raises(UnusableTestSetError, match="chmod 600"):
        load_test_set(path)


@pytest.mark.parametrize(
    "damage",
    [
        {"version": 2},
        {"market": "0x12"},
        {"pieces": []},
        {"pieces": [{"salt": "0x12", "records": "0x"}] * 2},
        {"pieces": "none"},
    ],
)
def test_a_damaged_secret_is_named(tmp_path: Path, damage: dict[str, Any]) -> None:
    path = tmp_path / "secret.json"
    make_test_set().save(path)
    path.write_text(json.dumps(json.loads(path.read_text()) | damage))
    with pytest.raises(UnusableTestSetError, match="is not a secret file"):
        load_test_set(path)


def test_the_secret_of_a_market_is_found_among_others(tmp_path: Path) -> None:
    mine = make_test_set()
    make_test_set(market=OTHER_CONTRACT).save(tmp_path / "a.json")
    make_test_set(chain_id=1).save(tmp_path / "b.json")
    mine.save(tmp_path / "c.json")
    assert find_test_set(tmp_path, 31337, TRAINER) == mine
    assert find_test_set(tmp_path, 31337, PERCEPTRON) is None
    assert find_test_set(tmp_path / "missing", 31337, TRAINER) is None
