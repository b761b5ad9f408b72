"""One flush for what many threads have committed, and none that comes too early."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from relayer.errors import StoreError
from relayer.store.flushing import LogFlush

BOUND_S = 60


class Disk:
    """Counts flushes; holds each until it may go on; refuses as many as it is told to."""

    def __init__(self) -> None:
        self.flushes = 0
        self.refusals = 0
        self.rewrites = 0
        self.entered = threading.Semaphore(0)
        self.may_end = threading.Semaphore(0)
        self.is_held = False

    def sync(self, file: int) -> None:
        assert file > 0
        self.flushes += 1
        self.entered.release()
        if self.is_held:
            assert self.may_end.acquire(timeout=BOUND_S)
        if self.refusals:
            self.refusals -= 1
            raise OSError(errno.EIO, "Input/output error")

    def rewrite(self) -> bool:
        self.rewrites += 1
        return True


def log_flush(folder: Path, disk: Disk) -> LogFlush:
    (folder / "relayer.db-wal").touch()
    return LogFlush(folder / "relayer.db", disk.rewrite, disk.sync)


def until(condition: Callable[[], bool]) -> None:
    for _ in range(BOUND_S * 1_000):
        if condition():
            return
        threading.Event().wait(0.001)
    raise AssertionError("not in time")


def test_a_flush_under_way_does_not_count_for_who_comes_later(tmp_path: Path) -> None:
    disk = Disk()
    disk.is_held = True
    log = log_flush(tmp_path, disk)
    threads = [threading.Thread(target=log.flush) for _ in range(6)]
    threads[0].start()
    assert disk.entered.acquire(timeout=BOUND_S)
    for thread in threads[1:]:
        thread.start()
    until(lambda: len(log._turns._waiters) == 5)  # type: ignore[attr-defined]
    disk.may_end.release()
    assert disk.entered.acquire(timeout=BOUND_S)
    threads[0].join(BOUND_S)
    assert [thread.is_alive() for thread in threads] == [False] + 5 * [True]
    disk.may_end.release()
    for thread in threads:
        thread.join(BOUND_S)
    assert disk.flushes == 2, "the five share one"


def test_the_log_is_not_closed_under_a_flush(tmp_path: Path) -> None:
    disk, files = Disk(), list[int]()
    disk.is_held = True

    def sync(file: int) -> None:
        files.append(file)
        disk.sync(file)
        os.fstat(file)

    (tmp_path / "relayer.db-wal").touch()
    log = LogFlush(tmp_path / "relayer.db", disk.rewrite, sync)
    flushing, closing = threading.Thread(target=log.flush), threading.Thread(target=log.close)
    flushing.start()
    assert disk.entered.acquire(timeout=BOUND_S)
    closing.start()
    until(lambda: not closing.is_alive() or len(log._turns._waiters) == 1)  # type: ignore[attr-defined]
    os.fstat(files[0])
    disk.may_end.release()
    for thread in (flushing, closing):
        thread.join(BOUND_S)
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(files[0])


def test_after_a_refusal_the_log_is_written_anew_before_anything_counts(tmp_path: Path) -> None:
    disk = Disk()
    log = log_flush(tmp_path, disk)
    log.flush()
    assert disk.rewrites == 0
    disk.refusals = 2
    for _ in range(2):
        with pytest.raises(StoreError, match="Input/output error"):
            log.flush()
    log.flush()
    log.flush()
    assert disk.rewrites == 2


def test_who_waits_for_a_refused_flush_is_not_told_that_it_succeeded(tmp_path: Path) -> None:
    disk = Disk()
    disk.is_held, disk.refusals = True, 3
    log, failures = log_flush(tmp_path, disk), list[str]()

    def flush() -> None:
        try:
            log.flush()
        except StoreError as error:
            failures.append(str(error))

    threads = [threading.Thread(target=flush) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert disk.entered.acquire(timeout=BOUND_S)
        disk.may_end.release()
    for thread in threads:
        thread.join(BOUND_S)
    assert len(failures) == 3


def test_a_log_that_cannot_be_copied_fails_the_flush(tmp_path: Path) -> None:
    disk = Disk()
    (tmp_path / "relayer.db-wal").touch()
    log = LogFlush(tmp_path / "relayer.db", lambda: False, disk.sync)
    disk.refusals = 1
    for _ in range(2):
        with pytest.raises(StoreError):
            log.flush()
    assert disk.flushes == 1, "flushing alone would prove nothing"


def test_the_log_is_opened_anew_when_it_is_another_file(tmp_path: Path) -> None:
    files: list[int] = []
    inodes: list[int] = []

    def sync(file: int) -> None:
        files.append(file)
        inodes.append(Path(f"/proc/self/fd/{file}").stat().st_ino)

    (tmp_path / "relayer.db-wal").touch()
    log = LogFlush(tmp_path / "relayer.db", lambda: True, sync)
    log.flush()
    (tmp_path / "other").touch()
    (tmp_path / "other").rename(tmp_path / "relayer.db-wal")
    log.flush()
    assert inodes[1] == (tmp_path / "relayer.db-wal").stat().st_ino != inodes[0]
    log.close()
    log.flush()
    assert inodes[2] == inodes[1]
    log.close()


def test_the_log_that_is_flushed_was_open_before_it_was_committed_to(tmp_path: Path) -> None:
    flushed: list[int] = []
    (tmp_path / "relayer.db-wal").touch()
    log = LogFlush(tmp_path / "relayer.db", lambda: True, flushed.append)
    log.open()
    opened = log._file
    log.open()
    log.flush()
    assert flushed == [opened]
    log.close()
