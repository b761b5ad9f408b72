"""What was answered as accepted survives a failure of the power, right after the answer."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.house import House, assert_problem


class Disk:
    """Keeps what a failure of the power would leave: the files as of the last flush."""

    def __init__(self, house: House, folder: Path) -> None:
        self._folder = folder
        self._files = [house.store.path, Path(f"{house.store.path}-wal")]
        self.refuses = False

    def sync(self, file: int) -> None:
        if self.refuses:
            raise OSError(errno.EIO, "Input/output error")
        self.copy()

    def copy(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir()
        for file in self._files:
            shutil.copy(file, self._folder / file.name)

    def contributions(self) -> int:
        with closing(sqlite3.connect(self._folder / self._files[0].name)) as connection:
            (count,) = connection.execute("SELECT count(*) FROM contributions").fetchone()
        return int(count)


@pytest.fixture
def disk(house: House, tmp_path: Path) -> Disk:
    disk = Disk(house, tmp_path / "as-of-the-last-flush")
    log: Any = house.store._connections._log
    log._sync = disk.sync
    disk.copy()
    return disk


def test_what_was_accepted_was_flushed_before_the_answer(house: House, disk: Disk) -> None:
    assert house.send(house.contribution(1)).status_code == 202
    assert disk.contributions() == 1
    assert house.send(house.contribution(2), house.contribution(3)).status_code == 202
    assert disk.contributions() == 3


def test_what_was_accepted_before_is_flushed_before_it_is_said_so(house: House, disk: Disk) -> None:
    request = house.contribution(1)
    disk.refuses = True
    assert_problem(house.send(request), 503, "store-unavailable")
    disk.refuses = False
    assert house.send(request).status_code == 200
    assert disk.contributions() == 1


def test_a_disk_that_refuses_is_told_and_costs_nothing(house: House, disk: Disk) -> None:
    requests = [house.contribution(player) for player in range(1, 4)]
    disk.refuses = True
    for request in requests:
        assert assert_problem(house.send(request), 503, "store-unavailable")["retryable"]
    disk.refuses = False
    assert [house.send(request).status_code for request in requests] == [200, 200, 200]
    assert house.stored() == disk.contributions() == 3


def test_a_refusal_of_a_request_costs_no_flush(house: House, disk: Disk) -> None:
    disk.refuses = True
    assert_problem(house.send(house.contribution(1, label=99)), 422, "label-out-of-range")
