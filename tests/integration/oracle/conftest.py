"""One chain with an oracle for all tests of this folder; what a test does to it is undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.chain import GWEI, Chain, start_chain
from tests.oracle_panel import Panel, fund, plan_with_oracle
from tests.topic_service import Mood, TopicService

MakeService = Callable[..., TopicService]


@pytest.fixture(scope="package")
def oracle_chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    """A chain on which an oracle is deployed and everybody has money."""
    chain = start_chain(tmp_path_factory.mktemp("oracle-chain"), plan=plan_with_oracle())
    fund(chain.node)
    yield chain
    chain.anvil.stop()


@pytest.fixture
def panel(oracle_chain: Chain, tmp_path: Path) -> Iterator[Panel]:
    """A panel that nobody has joined yet."""
    oracle_chain.set_base_fee(GWEI)
    snapshot = oracle_chain.node.request("evm_snapshot", [])
    panel = Panel(oracle_chain, tmp_path)
    yield panel
    panel.close()
    oracle_chain.node.request("anvil_dropAllTransactions", [])
    oracle_chain.go_on_mining()
    oracle_chain.node.request("evm_revert", [snapshot])


@pytest.fixture
def serve() -> Iterator[MakeService]:
    """Start services that are stopped in the end."""
    services: list[TopicService] = []

    def start(mood: Mood = Mood.HONEST) -> TopicService:
        services.append(TopicService(mood))
        return services[-1]

    yield start
    for service in services:
        service.stop()
