"""What all tests share: a clean environment, and a house that is open for contributions."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from relayer.settings.sources import PREFIX
from relayer.store import Store
from tests.house import House


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine that runs the tests reaches a test."""
    for variable in list(os.environ):
        if variable.startswith(PREFIX):
            monkeypatch.delenv(variable)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store in a file of its own."""
    store = Store(tmp_path / "relayer.db")
    store.migrate()
    yield store
    store.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A service whose worker was seen just now and whose tank is full."""
    house = House(tmp_path)
    yield house
    house.close()
