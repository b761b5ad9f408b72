"""What is asked on every turn costs the same in front of a long history as of none."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from relayer.store import Store
from tests.databases import lay_database

QUESTIONS: dict[str, Callable[[Store], object]] = {
    "pending": lambda store: store.lanes.pending_count("0x1"),
    "unsigned": lambda store: store.lanes.has_unsigned("0x1"),
    "batches": lambda store: store.lanes.pending_batches("0x2"),
    "committed": lambda store: store.purses.committed_wei("0x1", 1),
    "refilled": lambda store: store.purses.is_refilled("0x1"),
    "reverts": lambda store: store.lanes.latest_reverts("validate"),
    "backlog": lambda store: store.backlog.left(),
    "orders": lambda store: store.orders.open(),
    "unfinished": lambda store: store.signers.with_unfinished(),
}

#: Changes that concern a few rows, and what is asked about a queue that may be very long.
OF_A_FEW: dict[str, Callable[[Store], object]] = {
    "claim": lambda store: store.contributions.claim(1, ["0x1"], 1.0),
    "claim validations": lambda store: store.validation_calls.claim(1, ["0x1"], 1.0),
    "expire": lambda store: store.contributions.expire_queued(1.0),
    "expire validations": lambda store: store.validations.expire_queued(1.0),
    "oldest": lambda store: store.contributions.oldest_queued("0x1", 10),
    "oldest validations": lambda store: store.validations.oldest_queued(1, 10),
    "validations of a batch": lambda store: store.validations.all_queued(1),
    "unmined": lambda store: store.receipts.note_unmined(1, 1.0),
    "due": lambda store: store.settlements.due(1, 10),
    "market": lambda store: store.markets.release_batches("0x1", 1),
    "market's fees": lambda store: store.markets.charged("0x1"),
    "trainers": lambda store: store.outcomes.trainers_with_queue(),
}


def plans_of(store: Store, deed: Callable[[Store], object]) -> list[str]:
    """The steps of every statement that a deed makes, except those of triggers."""
    asked: list[str] = []
    with store.transaction() as connection:
        connection.set_trace_callback(asked.append)
        deed(store)
        connection.set_trace_callback(None)
        statements = [text for text in asked if not text.startswith("--")]
        plans = [connection.execute(f"EXPLAIN QUERY PLAN {text}") for text in statements]
        return [row["detail"] for plan in plans for row in plan]


@pytest.mark.parametrize("name", list(OF_A_FEW))
def test_what_concerns_a_few_does_not_read_all_of_a_status(tmp_path: Path, name: str) -> None:
    store = Store(tmp_path / "relayer.db")
    store.migrate()
    plan = plans_of(store, OF_A_FEW[name])
    store.close()
    assert any(
        "contributions" in step or "validations" in step or "batches" in step for step in plan
    )
    tables = ("contributions", "validations", "batches")
    assert not any(step.startswith(f"SCAN {table}") for step in plan for table in tables), plan
    assert not any(f"{table}_by_status" in step for step in plan for table in tables), plan


def test_players_in_motion_are_found_without_sorting_all_that_are_confirmed(tmp_path: Path) -> None:
    store = Store(tmp_path / "relayer.db")
    store.migrate()
    plan = plans_of(store, lambda store: store.outcomes.players_in_motion())
    store.close()
    assert not any("FOR ORDER BY" in step for step in plan), plan


@pytest.mark.parametrize("name", list(QUESTIONS))
def test_no_question_of_a_turn_reads_the_whole_history(tmp_path: Path, name: str) -> None:
    store = Store(lay_database(tmp_path / "relayer.db"))
    asked: list[str] = []
    with store.transaction() as connection:
        connection.set_trace_callback(asked.append)
        QUESTIONS[name](store)
        connection.set_trace_callback(None)
        [query] = [text for text in asked if text.startswith("SELECT")]
        plan = [row["detail"] for row in connection.execute(f"EXPLAIN QUERY PLAN {query}")]
    store.close()
    assert isinstance(connection, sqlite3.Connection)
    scans = [step for step in plan if step.startswith("SCAN") and "INDEX" not in step]
    assert [step for step in scans if step != "SCAN CONSTANT ROW"] == [], plan
    assert not any("batches_by_trainer" in step or "autoindex" in step for step in plan), plan
