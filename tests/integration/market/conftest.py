"""A chain with two markets on it, fresh for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chain import GWEI, Chain, start_chain
from tests.fair import make_market_plan


@pytest.fixture(scope="package")
def market_chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    """One chain for this folder; tests use `chain`."""
    chain = start_chain(tmp_path_factory.mktemp("markets"), plan=make_market_plan())
    yield chain
    chain.anvil.stop()


@pytest.fixture
def chain(market_chain: Chain, tmp_path: Path) -> Iterator[Chain]:
    """The freshly deployed markets; what a test does to them is undone afterwards."""
    market_chain.set_base_fee(GWEI)
    snapshot = market_chain.node.request("evm_snapshot", [])
    yield market_chain
    market_chain.node.request("anvil_dropAllTransactions", [])
    market_chain.go_on_mining()
    market_chain.node.request("evm_revert", [snapshot])
