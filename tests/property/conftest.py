"""Settings of the property tests, and a chain that they share."""

from collections.abc import Iterator

import pytest

from tests.chain import Anvil

# Examples are not timed: how long one takes depends on what else the machine does.


@pytest.fixture(scope="module")
def anvil() -> Iterator[Anvil]:
    """A chain with nothing on it."""
    chain = Anvil()
    yield chain
    chain.stop()
