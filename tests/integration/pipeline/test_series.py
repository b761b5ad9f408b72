"""The worker's series over a real chain: to the wei, once, whatever is killed or dropped."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from relayer.series.names import DURATIONS, Series
from relayer.store import Store
from tests.chain import Chain
from tests.integration.pipeline.test_reorganisations import depth_since, drop, settle, start
from tests.pipeline import Pipeline


def total(store: Store, name: Series, label: str | None = None, step_s: int = 3_600) -> int:
    points = store.series.points(name, step_s, 0, 1e12)
    return sum(point.value for point in points if label in (None, point.label))


def count_all(pipeline: Pipeline) -> None:
    while pipeline.worker.recorder.count():
        pass


def everything(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    with store.transaction() as connection:
        return {
            table: [tuple(row) for row in connection.execute(f"SELECT * FROM {table} ORDER BY 1")]  # noqa: S608 - literals
            for table in ("series_counted", "open_claims", "series_changed")
        } | {
            "series": [
                tuple(row)
                for row in connection.execute(
                    "SELECT * FROM series WHERE value <> 0 OR rest_wei <> 0 ORDER BY 1, 2, 3, 4"
                )
            ]
        }


def test_money_and_durations_are_those_of_the_chain(chain: Chain, tmp_path: Path) -> None:
    pipeline, _ = start(chain, tmp_path)
    store = pipeline.store
    ids = pipeline.queue(pipeline.contributions(6))
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    count_all(pipeline)
    claims = store.countings.claims()[chain.trainer.address]
    forwarder, sponsor = chain.forwarder, chain.sponsor
    reserved_wei = forwarder.read(chain.node, "reservedFor", sponsor, chain.trainer.address)
    assert (claims.count, claims.reserve_wei) == (6, reserved_wei)
    assert claims.stake_wei == sum(row.stake_wei or 0 for row in pipeline.rows(ids))
    chain.pass_time(5_000)
    pipeline.run_until(lambda: set(pipeline.statuses(ids)) == {"settled"})
    count_all(pipeline)
    assert store.countings.claims() == {}
    credit_wei = forwarder.read(chain.node, "credit", chain.relayer)
    withdrawn_wei = total(store, Series.WITHDRAWN_WEI)
    assert total(store, Series.EARNED_WEI) == credit_wei + withdrawn_wei
    with store.transaction() as connection:
        rows = connection.execute(
            "SELECT gas_used, effective_gas_price_wei FROM transactions WHERE status = 'confirmed'"
        ).fetchall()
    spent_wei = sum(row[0] * int(row[1]) for row in rows)
    assert spent_wei > 0
    assert total(store, Series.GAS_WEI) == spent_wei
    assert total(store, Series.CONFIRMED) == 6
    assert total(store, Series.SETTLED) == 6
    assert [total(store, name) for name in DURATIONS] == [6, 6, 6, 6]
    pipeline.worker.close()


def test_dropped_blocks_are_taken_back_and_what_follows_counts_once(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline, clock = start(chain, tmp_path)
    pipeline.step()
    start_number = chain.node.head().number
    ids = settle(pipeline, chain)
    count_all(pipeline)
    assert total(pipeline.store, Series.SETTLED) == 4
    drop(chain, depth_since(chain, start_number))
    pipeline.worker.poll()
    count_all(pipeline)
    assert [total(pipeline.store, name) for name in Series] == [0] * len(Series)
    assert pipeline.store.countings.claims() == {}
    clock.advance(6)
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    count_all(pipeline)
    assert total(pipeline.store, Series.CONFIRMED) == 4
    assert pipeline.store.countings.claims()[chain.trainer.address].count == 4
    pipeline.worker.close()


def test_counting_again_from_scratch_gives_the_same_and_a_failure_leaves_nothing_by_halves(
    chain: Chain, tmp_path: Path, monkeypatch: Any
) -> None:
    pipeline, _ = start(chain, tmp_path)
    settle(pipeline, chain)
    store = pipeline.store
    room = store.countings

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    count_all(pipeline)
    before = everything(store)
    with store.transaction() as connection:
        for subject, number in [("transaction", 1), ("batch", 1), ("settled", 1)]:
            connection.execute(
                "INSERT OR IGNORE INTO series_changed VALUES (?, ?)", (subject, number)
            )
    half = everything(store)
    monkeypatch.setattr(room, "settle", killed)
    with suppress(KeyboardInterrupt):
        pipeline.worker.recorder.count()
    assert everything(store) == half
    monkeypatch.undo()
    count_all(pipeline)
    once = everything(store)
    assert once["series_changed"] == []
    with store.transaction() as connection:
        for table in ("series", "series_counted", "open_claims"):
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 - literals
        connection.execute(
            "INSERT INTO series_changed SELECT 'transaction', id FROM transactions "
            "UNION SELECT 'settled', id FROM settled_events UNION SELECT 'batch', id FROM batches"
        )
    count_all(pipeline)
    assert everything(store) == once == before
    assert before["series_counted"]
    pipeline.worker.close()
