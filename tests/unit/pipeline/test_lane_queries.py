"""What is asked on every turn costs the same in front of a long history as of none."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from relayer.store import Store

QUESTIONS: dict[str, Callable[[Store], object]] = {
    "pending": lambda store: store.lanes.pending_count("0x1"),
    "unsigned": lambda store: store.lanes.has_unsigned("0x1"),
    "batches": lambda store: store.lanes.pending_batches("0x2"),
    "committed": lambda store: store.purses.committed_wei("0x1", 1),
    "refilled": lambda store: store.purses.is_refilled("0x1"),
    "reverts": lambda store: store.lanes.latest_reverts("validate"),
    "unfinished": lambda store: store.signers.with_unfinished(),
}


@pytest.mark.parametrize("name", list(QUESTIONS))
def test_no_question_of_a_turn_reads_the_whole_history(tmp_path: Path, name: str) -> None:
    store = Store(tmp_path / "relayer.db")
    store.migrate()
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
    assert scans == [], plan
    assert not any("batches_by_trainer" in step or "autoindex" in step for step in plan), plan
