"""A real chain with a gamified trainer for each test of this folder, and a parlour on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chain import Chain, chain, start_chain
from tests.parlour import Parlour, make_gamified_plan

__all__ = ["chain"]


@pytest.fixture(scope="session")
def deployed_chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    """One chain for all tests of this folder; tests use `chain`."""
    folder = tmp_path_factory.mktemp("gamified")
    gamified = start_chain(folder, plan=make_gamified_plan())
    yield gamified
    gamified.anvil.stop()


@pytest.fixture
def parlour(chain: Chain, tmp_path: Path) -> Iterator[Parlour]:
    """Players, an API and a worker over one store."""
    parlour = Parlour.open(chain, tmp_path)
    yield parlour
    parlour.close()
