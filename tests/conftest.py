"""What all tests share: a clean environment, and a house that is open for contributions."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import settings

import relayer.ethereum_account  # noqa: F401 - first, or eth_account comes with all of its curves
from relayer.keys import keystore
from relayer.ops.access import passwords
from relayer.settings.sources import PREFIX
from relayer.store import Store
from tests.databases import lay_database
from tests.house import House

#: Where files lie in memory, and how much of it must be free for those of the tests.
MEMORY = Path("/dev/shm")  # noqa: S108
ROOM_BYTES = 2 * 2**30


def pytest_configure() -> None:
    """Keep files of tests in memory if they fit: databases wait for a disk after each write."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_BYTES and _may_execute(MEMORY):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def _may_execute(folder: Path) -> bool:
    return not os.statvfs(folder).f_flag & os.ST_NOEXEC


# Made-up examples are not timed: the machine has other things to do.
settings.register_profile("on-the-house", deadline=None, print_blob=True)
settings.load_profile("on-the-house")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine that runs the tests reaches a test."""
    for variable in list(os.environ):
        if variable.startswith(PREFIX):
            monkeypatch.delenv(variable)


@pytest.fixture(autouse=True, scope="session")
def scrypt_cost() -> Iterator[int]:
    """Key files of tests are encrypted like all others, but a guess costs nothing.

    Yields what it costs otherwise.
    """
    cost = keystore.SCRYPT_COST
    with patch.object(keystore, "SCRYPT_COST", 2):
        yield cost


@pytest.fixture(autouse=True, scope="session")
def password_cost() -> Iterator[None]:
    """Passwords of the dashboard are hashed as ever, but a guess costs nothing."""
    with patch.object(passwords, "COST", 2):
        yield


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store in a file of its own."""
    store = Store(lay_database(tmp_path / "relayer.db"))
    yield store
    store.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A service whose worker was seen just now and whose tank is full."""
    house = House(tmp_path)
    yield house
    house.close()
