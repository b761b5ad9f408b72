"""Which requests come first, and that amounts beyond 63 bits keep their order."""

from __future__ import annotations

from typing import Any

from relayer.store import Store
from relayer.store.oracle_requests import NewOracleRequest

ORACLE = "0x27B1fDb04752BBc536007A920D24ACB045561c26"


def insert(store: Store, name: str, **overrides: Any) -> None:
    fields: dict[str, Any] = {
        "id": name,
        "oracle": ORACLE,
        "sample": b"rain",
        "fee_wei": 5,
        "version": 1,
        "seat": 0,
        "commit_until": 100,
        "deadline_at": 200,
    }
    store.oracle_requests.insert(NewOracleRequest(**(fields | overrides)))


def unpromised(store: Store, limit: int = 9) -> list[str]:
    return [row.id for row in store.oracle_requests.unpromised(ORACLE, limit)]


def test_the_highest_fee_comes_first_however_large(store: Store) -> None:
    for name, fee_wei in (("a", 9), ("b", 10), ("c", 2 * 10**20), ("d", 10**20), ("e", 99)):
        insert(store, name, fee_wei=fee_wei)
    assert unpromised(store) == ["c", "d", "e", "b", "a"]
    assert unpromised(store, limit=2) == ["c", "d"]


def test_failures_come_after_everything_that_has_not_failed(store: Store) -> None:
    insert(store, "dear", fee_wei=10**20)
    insert(store, "cheap")
    store.oracle_requests.note_failure("dear")
    assert unpromised(store) == ["cheap", "dear"]


def test_a_request_that_moved_to_another_block_keeps_its_label(store: Store) -> None:
    insert(store, "a")
    store.oracle_requests.set_label("a", 2)
    store.oracle_requests.end("a", "not-answered", 7)
    insert(store, "a", fee_wei=7, deadline_at=300)
    store.oracle_requests.set_label("a", 1)
    row = store.oracle_requests.get("a")
    assert row is not None
    assert (row.status, row.label, row.fee_wei, row.deadline_at) == ("open", 2, 7, 300)


def test_what_the_service_has_refused_is_not_asked_again(store: Store) -> None:
    insert(store, "a")
    store.oracle_requests.end("a", "refused")
    insert(store, "a")
    store.oracle_requests.reopen(ORACLE, -1, 0.0)
    assert unpromised(store) == []


def test_ends_that_dropped_blocks_told_are_taken_back(store: Store) -> None:
    for name, block_number in (("kept", 7), ("dropped", 8)):
        insert(store, name)
        store.oracle_requests.earn(name, 5, block_number)
    store.oracle_requests.note_scanned(ORACLE, 9, 0.0)
    store.oracle_requests.reopen(ORACLE, 7, 0.0)
    assert unpromised(store) == ["dropped"]
    assert [row.id for row in store.oracle_requests.earned(ORACLE, 9)] == ["kept"]
    assert store.oracle_requests.scanned_until(ORACLE) == 7


def test_what_has_ended_stays_ended(store: Store) -> None:
    insert(store, "a")
    store.oracle_requests.end("a", "no-quorum")
    store.oracle_requests.earn("a", 5, 7)
    store.oracle_requests.end("a", "settled")
    row = store.oracle_requests.get("a")
    assert row is not None
    assert (row.status, row.reason, row.share_wei) == ("ended", "no-quorum", 0)
    assert unpromised(store) == []


def test_each_oracle_has_requests_and_a_place_of_its_own(store: Store) -> None:
    insert(store, "a")
    insert(store, "b", oracle="0xde709f2102306220921060314715629080e2fb77")
    store.oracle_requests.note_scanned(ORACLE, 7, 0.0)
    assert unpromised(store) == ["a"]
    assert store.oracle_requests.scanned_until(ORACLE) == 7
    assert store.oracle_requests.scanned_until("0xde709f2102306220921060314715629080e2fb77") is None
