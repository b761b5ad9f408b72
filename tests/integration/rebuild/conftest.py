"""The chain of these tests: one for all, given back as it was found."""

from collections.abc import Iterator

import pytest

from tests.integration.rebuild.scene import Scene, start


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Trainers of all kinds, each with a life behind it."""
    scene = start(tmp_path_factory.mktemp("rebuild"))
    try:
        for entry in scene.chain.deployment.trainers:
            scene.teach_much(entry.classifier.kind)
        yield scene
    finally:
        scene.chain.anvil.stop()


@pytest.fixture
def scene(furnished: Scene) -> Iterator[Scene]:
    """The trainers; what a test does to them is undone afterwards."""
    node = furnished.chain.node
    snapshot = node.request("evm_snapshot", [])
    yield furnished
    node.request("anvil_dropAllTransactions", [])
    node.request("evm_revert", [snapshot])
