"""Culprits that nobody can name are found by halving, with a bounded number of tries."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relayer.batch.isolation import TRIES_ALONE, is_convicted, pick
from relayer.store import Store
from relayer.store.suspects import Suspect
from tests.databases import lay_database


@dataclass(frozen=True)
class Item:
    id: str


def items(*names: str) -> list[Item]:
    return [Item(name) for name in names]


def suspect(name: str, most_items: int, failures: int = 1, held_until: float = 0.0) -> Suspect:
    return Suspect(name, failures, most_items, held_until)


def test_without_suspects_all_go_together() -> None:
    assert pick(items("a", "b"), {}, 0.0) == items("a", "b")


def test_suspects_go_in_small_company_apart_from_the_innocent() -> None:
    suspects = {name: suspect(name, 2) for name in ("a", "b", "c")}
    assert pick(items("a", "x", "b", "c"), suspects, 0.0) == items("a", "b")
    assert pick(items("x", "a", "y", "b"), suspects, 0.0) == items("x", "y")


def test_what_is_held_lets_the_others_pass() -> None:
    suspects = {"a": suspect("a", 1, held_until=10.0)}
    assert pick(items("a", "x"), suspects, 9.0) == items("x")
    assert pick(items("a", "x"), suspects, 10.0) == items("a")
    assert pick(items("a"), suspects, 9.0) == []


def test_item_that_is_alone_is_given_more_than_one_chance() -> None:
    verdicts = [is_convicted(suspect("a", 1, failures), 1, 10) for failures in (1, 2, 3, 4)]
    assert verdicts == [False, False, True, True]
    assert is_convicted(suspect("a", 1, 1), 1, 1)
    assert not is_convicted(suspect("a", 50, 3), 100, 10)
    assert is_convicted(suspect("a", 50, 10), 100, 10)


@settings(max_examples=60, deadline=None)
@given(
    count=st.integers(1, 60),
    culprits=st.sets(st.integers(0, 59), max_size=5),
    size=st.integers(1, 60),
)
def test_every_culprit_is_convicted_and_every_innocent_passes(
    count: int, culprits: set[int], size: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    store = Store(lay_database(tmp_path_factory.mktemp("isolation") / "relayer.db"))
    queue = [Item(f"{number:03d}") for number in range(count)]
    poison = {f"{number:03d}" for number in culprits if number < count}
    convicted, passed, sent = run(store, queue, poison, size)
    store.close()
    assert convicted == poison
    assert passed == {item.id for item in queue} - poison
    # a culprit costs at most one failure for each halving, and its tries alone
    failures = len(poison) * (size.bit_length() + 1 + TRIES_ALONE)
    assert sent <= 2 * (failures + count // size + 1) + failures


def run(
    store: Store, queue: list[Item], poison: set[str], size: int
) -> tuple[set[str], set[str], int]:
    """Sends until the queue is empty; a transaction with a culprit comes to nothing."""
    convicted: set[str] = set()
    passed: set[str] = set()
    sent = 0
    while queue and sent < 1_000:
        line = queue[:size]
        batch = [item.id for item in pick(line, store.suspects.of([i.id for i in line]), 0.0)]
        sent += 1
        if poison.isdisjoint(batch):
            store.suspects.clear(batch)
            passed |= set(batch)
        else:
            store.suspects.note_failure(batch)
            known = store.suspects.of(batch)
            convicted |= {i for i in batch if is_convicted(known[i], len(batch), 20)}
        queue = [item for item in queue if item.id not in passed | convicted]
    return convicted, passed, sent
