"""Writers stand in a queue: the kernel wakes the next one, and none is needed to go on."""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import threading
from pathlib import Path

import pytest

from relayer.store import Store
from relayer.store.writer_queue import WriterQueue
from tests.house import make_row

BOUND_S = 60


def queue_file(store: Store) -> Path:
    return store.path.with_name(f"{store.path.name}-writers")


def test_a_writer_waits_until_the_one_before_it_has_finished(store: Store) -> None:
    second_wrote = threading.Event()

    def write() -> None:
        store.contributions.get("0x00")
        with store.transaction():
            second_wrote.set()

    with store.transaction():
        second = threading.Thread(target=write)
        second.start()
        assert not second_wrote.wait(0.2)
    assert second_wrote.wait(BOUND_S)
    second.join(BOUND_S)


def hold_and_die(path: Path, held: multiprocessing.synchronize.Event) -> None:
    WriterQueue(path).__enter__()
    held.set()
    os._exit(9)


def test_the_death_of_a_writer_frees_its_place(store: Store) -> None:
    held = multiprocessing.get_context("spawn").Event()
    process = multiprocessing.get_context("spawn").Process(
        target=hold_and_die, args=(queue_file(store), held)
    )
    process.start()
    assert held.wait(BOUND_S)
    process.join(BOUND_S)
    with store.transaction():
        store.contributions.insert([make_row()])
    assert store.contributions.queued_count() == 1


def test_an_error_inside_a_transaction_frees_the_place(store: Store) -> None:
    try:
        with store.transaction():
            raise KeyError
    except KeyError:
        pass
    with queue_file(store).open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_where_no_queue_can_be_made_writers_go_on_without(tmp_path: Path) -> None:
    (tmp_path / "relayer.db-writers").mkdir()
    store = Store(tmp_path / "relayer.db")
    store.migrate()
    store.contributions.insert([make_row()])
    assert store.contributions.queued_count() == 1
    store.close()


def test_a_lock_file_that_one_may_only_read_does(tmp_path: Path) -> None:
    """As when an operator's command made it first, as another user."""
    path = tmp_path / "relayer.db-writers"
    path.touch(0o444)
    with WriterQueue(path), path.open("rb") as other, pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
