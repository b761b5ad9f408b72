"""What monitoring and load balancers ask costs the same in front of a long history as of none."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from relayer.limits.gate import Gate
from relayer.metrics.reading import read_metrics
from relayer.store import Store
from tests.databases import lay_database

QUESTIONS: dict[str, Callable[[Store], object]] = {
    "metrics": lambda store: read_metrics(store, 1.0),
    "readyz": lambda store: store.check_usable(1.0),
    "gate": lambda store: Gate(store).obstacle(1.0),
    "view": lambda store: store.chain_state.view(),
}
#: Tables that do not grow with what was accepted: alerts are as many as verdicts, and only the rare
#: reorganisation is a row of the last one.
SMALL = {
    "CONSTANT",
    "tallies",
    "chain_state",
    "intake_breaker",
    "json_each",
    "alerts",
    "reorganisations",
}
#: Indexes of what has not ended.
OF_THE_LIVING = {"transactions_unfinished", "webhook_messages_due"}


def reads_much(step: str) -> bool:
    """Whether a step of a plan goes through a table that grows for ever."""
    scan = re.match(r"SCAN (\w+)(?:.* INDEX (\w+))?", step)
    return scan is not None and scan[1] not in SMALL and scan[2] not in OF_THE_LIVING


@pytest.mark.parametrize("name", list(QUESTIONS))
def test_no_question_of_monitoring_reads_the_whole_history(tmp_path: Path, name: str) -> None:
    store = Store(lay_database(tmp_path / "relayer.db"))
    asked: list[str] = []
    with store.transaction() as connection:
        connection.set_trace_callback(asked.append)
        QUESTIONS[name](store)
        connection.set_trace_callback(None)
        selects = [text for text in asked if text.startswith("SELECT")]
        plans = {
            query: [row["detail"] for row in connection.execute(f"EXPLAIN QUERY PLAN {query}")]
            for query in selects
        }
    store.close()
    assert plans
    heavy = {query: steps for query, steps in plans.items() if any(map(reads_much, steps))}
    assert heavy == {}


@pytest.mark.parametrize(
    "step",
    [
        "SCAN contributions",
        "SCAN contributions USING COVERING INDEX contributions_by_status",
        "SCAN transactions USING INDEX transactions_by_kind",
    ],
)
def test_a_question_that_reads_the_whole_history_is_noticed(step: str) -> None:
    assert reads_much(step)
