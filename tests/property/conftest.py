"""A chain that the property tests share."""

from collections.abc import Iterator

import pytest

from tests.chain import Anvil


@pytest.fixture(scope="module")
def anvil() -> Iterator[Anvil]:
    """A chain with nothing on it."""
    chain = Anvil()
    yield chain
    chain.stop()
