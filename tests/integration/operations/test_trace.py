"""One id from request to receipt: what `relayer trace` tells of a real chain's contributions."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from relayer.cli import main
from relayer.store import Store
from relayer.store.statuses import TransactionKind
from relayer.store.transactions import NewTransaction
from relayer.transaction_facts import MOST_REQUESTS, TransactionFacts
from tests.chain import Chain, chain, deployed_chain
from tests.house import STRANGER, TRAINER, House, make_row
from tests.pipeline import Pipeline

__all__ = ["chain", "deployed_chain"]


def call(database: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["trace", "--database", str(database), *arguments])


def told(database: Path, identity: object) -> list[dict[str, Any]]:
    result = call(database, "--json", str(identity))
    assert result.exit_code == 0, result.output
    events: list[dict[str, Any]] = json.loads(result.stdout)
    return events


def names(events: list[dict[str, Any]]) -> list[str]:
    return [event["event"] for event in events]


def test_the_request_id_that_was_sent_is_stored_with_what_was_accepted(tmp_path: Path) -> None:
    house = House(tmp_path)
    body = {"contributions": [house.contribution(1), house.contribution(2)]}
    answer = house.http.post("/v1/contributions", json=body, headers={"X-Request-Id": "round-7"})
    assert answer.headers["X-Request-Id"] == "round-7"
    again = house.http.post("/v1/contributions", json=body, headers={"X-Request-Id": "later"})
    assert again.status_code < 400
    events = told(house.settings.database, "round-7")
    assert names(events) == ["accepted", "accepted"]
    assert call(house.settings.database, "later").exit_code == 1, "it brought nothing new"
    house.close()


def test_a_contribution_is_told_from_acceptance_to_its_end(
    chain: Chain, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    pipeline = Pipeline.start(chain, tmp_path)
    caplog.handler.addFilter(TransactionFacts(pipeline.store.traces))
    ids = pipeline.queue(pipeline.contributions(3), request_id="round-9")
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    chain.pass_time(5_000)
    pipeline.run_until(pipeline.all_are(ids, "settled"))
    [row] = pipeline.rows(ids[:1])
    database = pipeline.settings.database
    life = told(database, ids[0])
    carried = ["prepared", "signed", "broadcast", "mined", "confirmed"]
    assert names(life)[0] == "accepted"
    assert [name for name in names(life) if name in carried] == [*carried, *carried]
    assert names(life)[-1] in ("settled", "confirmed")
    lines = [vars(record) for record in caplog.records if "request_ids" in vars(record)]
    assert {(line["batch_id"], *line["request_ids"]) for line in lines} == {(1, "round-9")}
    actions = [line["action"] for line in lines]
    way = ["sign", "mined", "final"]
    assert [action for action in actions if action in way] == [*way, *way]
    receipts = {line["transaction_hash"] for line in lines if line["action"] == "final"}
    assert all(receipt in str(life) for receipt in receipts)
    assert [event["at"] for event in life] == sorted(event["at"] for event in life)
    assert f"batch {row.batch_id}" in json.dumps(life)
    assert "request round-9" in life[0]["detail"]
    whole = told(database, row.batch_id)
    assert names(whole).count("accepted") == 3
    assert told(database, "round-9") == whole
    signed = next(event for event in life if event["event"] == "signed")
    of_transaction = told(database, signed["detail"].partition(",")[0])
    assert names(of_transaction) == carried
    shown = call(database, ids[0].upper().replace("0X", "0x"))
    assert len(shown.output.splitlines()) == len(life)
    pipeline.worker.close()


@pytest.mark.parametrize("identity", ["", "nobody", "0", "0x" + "ab" * 32, "9" * 40, "' OR 1=1 --"])
def test_an_id_that_nothing_has_is_one_sentence(tmp_path: Path, identity: str) -> None:
    house = House(tmp_path)
    result = call(house.settings.database, identity)
    assert result.exit_code == 1
    assert "nothing here has the id" in result.output
    house.close()


@pytest.mark.parametrize("requests", [1, MOST_REQUESTS, MOST_REQUESTS + 1])
def test_a_line_about_many_requests_names_the_batch_alone(store: Store, requests: int) -> None:
    rows = [make_row(number, request_id=f"r{number % requests}") for number in range(12)]
    with store.transaction():
        transaction_id = store.transactions.insert(
            NewTransaction(TransactionKind.ADD, STRANGER, 0, STRANGER, b"", 21_000, 1.0)
        )
        batch_id = store.batches.insert(transaction_id, TRAINER, len(rows))
        store.contributions.insert(rows)
        store.contributions.claim(batch_id, [row.id for row in rows], 1.0)
    record = logging.makeLogRecord({"transaction_id": transaction_id})
    assert TransactionFacts(store.traces).filter(record)
    named = {f"r{number}" for number in range(requests)} if requests <= MOST_REQUESTS else set()
    assert record.__dict__["batch_id"] == batch_id
    assert set(record.__dict__.get("request_ids", [])) == named


def test_a_line_is_written_also_when_the_database_cannot_be_read(store: Store) -> None:
    with store.transaction() as connection:
        connection.execute("ALTER TABLE batches RENAME TO away")
    record = logging.makeLogRecord({"transaction_id": 1})
    assert TransactionFacts(store.traces).filter(record)
    assert "batch_id" not in record.__dict__
