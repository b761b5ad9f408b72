"""The store's own promises, on real files."""

from __future__ import annotations

import multiprocessing
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlite_utils import Database

from relayer.errors import StoreError
from relayer.store import Store
from relayer.store.chain_state import ChainView, Heartbeat
from relayer.store.contributions import OLDEST_QUEUED
from relayer.store.migrations import migrations
from relayer.store.orders import OrderState
from relayer.store.statuses import (
    BatchStatus,
    ContributionStatus,
    TransactionStatus,
    ValidationStatus,
    WithdrawalStatus,
)
from relayer.worker_lock import WorkerLock
from tests.house import make_row, make_tank, make_trainer_snapshot

ENUMS = {
    "contribution": ContributionStatus,
    "validation": ValidationStatus,
    "withdrawal": WithdrawalStatus,
    "batch": BatchStatus,
    "transaction": TransactionStatus,
    "order": OrderState,
}


def open_files(folder: Path) -> int:
    """How many files below a folder this process has open."""
    links = [link for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    return sum(link.readlink().is_relative_to(folder) for link in links)


def test_threads_that_have_ended_leave_no_file_open(store: Store, tmp_path: Path) -> None:
    def work() -> None:
        with store.transaction():
            store.contributions.queued_count()

    work()
    of_one = open_files(tmp_path)
    for _ in range(30):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert 0 < of_one <= open_files(tmp_path) <= 2 * of_one
    work()


def set_status(store: Store, contribution_id: str, status: str) -> None:
    with store.transaction() as connection:
        connection.execute(
            "UPDATE contributions SET status = ?, reason = 'unfit' WHERE id = ?",
            (status, contribution_id),
        )


@contextmanager
def without_trigger(store: Store, name: str) -> Iterator[None]:
    with store.transaction() as connection:
        (sql,) = connection.execute(
            "SELECT sql FROM sqlite_master WHERE name = ?", (name,)
        ).fetchone()
        connection.execute(f"DROP TRIGGER {name}")
        yield
        connection.execute(sql)


def transitions(store: Store) -> set[tuple[str, str, str]]:
    with store.transaction() as connection:
        rows = connection.execute("SELECT * FROM status_transitions").fetchall()
    return {tuple(row) for row in rows}


def test_the_transition_table_uses_exactly_the_known_statuses(store: Store) -> None:
    for subject, statuses in ENUMS.items():
        named = {
            status for known, *pair in transitions(store) if known == subject for status in pair
        }
        assert named == set(statuses)


#: Changes that only a reorganisation deeper than what counted as final makes, or an operator.
TAKEN_BACK = {
    ("confirmed", "sent"),
    ("settled", "sent"),
    ("settled", "confirmed"),
    ("failed", "sent"),
    ("failed", "queued"),  # an operator has what failed without a trace tried again
    ("expired", "sent"),
    ("cancelled", "sent"),  # an old copy: it was on its way already
}


def test_final_contributions_are_those_that_nothing_follows(store: Store) -> None:
    left = {
        source
        for subject, source, target in transitions(store)
        if subject == "contribution" and (source, target) not in TAKEN_BACK
    }
    for status in ContributionStatus:
        assert status.is_final == (status not in left)


@pytest.mark.parametrize("source", list(ContributionStatus))
@pytest.mark.parametrize("target", list(ContributionStatus))
def test_a_contribution_changes_only_along_the_table(
    store: Store, source: ContributionStatus, target: ContributionStatus
) -> None:
    row = make_row()
    with without_trigger(store, "contributions_transition"):
        store.contributions.insert([row])
        set_status(store, row.id, source)
    allowed = source == target or ("contribution", source, target) in transitions(store)
    if allowed:
        set_status(store, row.id, target)
    else:
        with pytest.raises(sqlite3.IntegrityError, match="transition not allowed"):
            set_status(store, row.id, target)
    assert store.contributions.status_of(row.id) == (target if allowed else source)


def test_inserting_returns_the_rows_as_they_are_read_again(store: Store) -> None:
    inserted = [
        *store.contributions.insert([make_row(number) for number in range(3)]),
        *store.contributions.insert([]),
        *store.contributions.insert([make_row(9)]),
    ]
    assert inserted == [store.contributions.get(row.id) for row in inserted]


def test_totals_equal_the_sums_after_every_kind_of_change(store: Store) -> None:
    rows = [make_row(number, reserved_gwei=100 + number) for number in range(40)]
    store.contributions.insert(rows)
    for number, path in enumerate(
        [["sent"], ["cancelled"], ["failed"], ["sent", "mined"], ["sent", "queued"], ["expired"]]
    ):
        for status in path:
            set_status(store, rows[number].id, status)
            with store.transaction() as connection:
                reserved, queued = connection.execute(
                    "SELECT total(reserved_gwei), total(status = 'queued') FROM contributions "
                    "WHERE status IN ('queued', 'sent')"
                ).fetchone()
            assert store.contributions.reserved_gwei() == reserved
            assert store.contributions.queued_count() == queued


def test_a_nonce_has_one_living_owner(store: Store) -> None:
    first, second = make_row(1, nonce=5, player="0xA"), make_row(2, nonce=5, player="0xA")
    store.contributions.insert([first])
    with pytest.raises(sqlite3.IntegrityError):
        store.contributions.insert([second])
    store.contributions.cancel(first.id, 1.0)
    store.contributions.insert([second])
    assert store.nonces.owners([("0xA", 5)])["0xA", 5].id == second.id


def test_a_block_that_fails_leaves_nothing(store: Store) -> None:
    def write_and_fail() -> None:
        with store.transaction():
            store.contributions.insert([make_row()])
            with store.transaction():
                store.chain_state.write_tank(make_tank(), 1.0)
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        write_and_fail()
    assert store.contributions.queued_count() == 0
    assert store.chain_state.view().tank is None


def test_snapshots_come_back_as_they_were_written(store: Store) -> None:
    tank, trainer = make_tank(available_wei=2**100), make_trainer_snapshot()
    heartbeat = Heartbeat(at=5.5, started_at=1.0, worker="a:1", node_reachable=True)
    store.chain_state.write_tank(make_tank(), 1.0)
    store.chain_state.write_tank(tank, 2.0)
    store.chain_state.write_trainer(trainer, 2.0)
    store.chain_state.write_heartbeat(heartbeat)
    view = store.chain_state.view()
    assert view == ChainView(heartbeat, None, tank, {trainer.address: trainer})


def test_claiming_takes_only_what_is_still_queued(store: Store) -> None:
    rows = [make_row(number) for number in range(3)]
    store.contributions.insert(rows)
    store.contributions.cancel(rows[1].id, 1.0)
    with store.transaction() as connection:
        connection.execute("PRAGMA defer_foreign_keys = ON")
        assert store.contributions.claim(9, [row.id for row in reversed(rows)], 2.0) == 2
        members = store.contributions.of_batch(9)
        assert [(member.id, member.item_index) for member in members] == [
            (rows[2].id, 0),
            (rows[0].id, 2),
        ]
        connection.execute("UPDATE contributions SET batch_id = NULL")


def test_migrating_twice_changes_nothing(store: Store) -> None:
    store.contributions.insert([make_row()])
    store.migrate()
    assert store.contributions.queued_count() == 1


def test_a_file_of_a_newer_version_is_not_touched(store: Store) -> None:
    with store.transaction() as connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
            "VALUES ('relayer', 'm999_future', '')"
        )
    with pytest.raises(StoreError, match="m999_future"):
        store.migrate()


def make_older(path: Path) -> None:
    """A database as the version before the latest migration left it."""
    database = Database(path)
    latest = migrations.pending(Database(memory=True))[-1].name
    migrations.apply(database, stop_before=latest)
    database.close()


def test_an_older_schema_is_not_migrated_under_a_running_worker(tmp_path: Path) -> None:
    path = tmp_path / "relayer.db"
    make_older(path)
    store = Store(path)
    with WorkerLock(path), pytest.raises(StoreError, match="stop the worker"):
        store.migrate()
    assert len(store.pending_migrations()) == 1
    store.migrate()
    assert store.pending_migrations() == []
    with WorkerLock(path):
        store.migrate()


def test_a_link_to_a_database_is_the_database(tmp_path: Path) -> None:
    path, link = tmp_path / "disk" / "relayer.db", tmp_path / "relayer.db"
    Store(path).migrate()
    link.symlink_to(path)
    store = Store(link)
    store.migrate()
    with store.quick_transaction() as connection:
        connection.execute("INSERT INTO signers VALUES ('0x01', 0)")
    store.flush()
    assert Store(path).signers.addresses() == ["0x01"]
    with WorkerLock(store.path), pytest.raises(StoreError, match="another worker"):
        WorkerLock(Store(path).path).__enter__()


def test_a_file_that_is_no_database_is_refused_with_a_remedy(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("These are not the tables you are looking for. " * 10)
    with pytest.raises(StoreError, match="setting 'database'"):
        Store(path).migrate()


def test_threads_have_connections_of_their_own(store: Store) -> None:
    failures: list[BaseException] = []

    def write(number: int) -> None:
        try:
            for step in range(20):
                store.contributions.insert([make_row(number * 100 + step, player=f"0x{number}")])
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert store.contributions.queued_count() == 120


def _write_in_a_process(path: Path, number: int, outcome: multiprocessing.Queue[str]) -> None:
    try:
        store = Store(path)
        store.migrate()
        for step in range(60):
            with store.transaction():
                before = store.contributions.reserved_gwei()
                row = make_row(number * 1_000 + step, player=f"0x{number}", nonce=step)
                store.contributions.insert([row])
                assert store.contributions.reserved_gwei() == before + row.reserved_gwei
        store.close()
        outcome.put("done")
    except BaseException as error:
        outcome.put(repr(error))


def test_writers_of_several_processes_never_meet_a_locked_database(tmp_path: Path) -> None:
    """Also the very first opening: each process creates the file if it is the first."""
    context = multiprocessing.get_context("spawn")
    path, outcome = tmp_path / "shared.db", context.Queue()
    processes = [
        context.Process(target=_write_in_a_process, args=(path, number, outcome))
        for number in range(5)
    ]
    for process in processes:
        process.start()
    outcomes = [outcome.get(timeout=120) for _ in processes]
    for process in processes:
        process.join(60)
    assert outcomes == ["done"] * 5
    store = Store(path)
    assert store.contributions.queued_count() == 300
    assert store.contributions.reserved_gwei() == 300 * make_row().reserved_gwei
    store.close()


def test_the_queue_is_read_in_order_without_a_sort(store: Store) -> None:
    with store.transaction() as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {OLDEST_QUEUED}", ("0xT", 10)).fetchall()
    steps = " ".join(row["detail"] for row in plan)
    assert "contributions_queue" in steps
    assert "TEMP B-TREE" not in steps
