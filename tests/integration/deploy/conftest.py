"""A bare anvil with a rich deployer, shared by the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from relayer.keys import Signer
from tests.chain import DEPLOYER_KEY, ETHER, Anvil


@pytest.fixture(scope="module")
def anvil() -> Iterator[Anvil]:
    """A chain without contracts; accounts are funded again for each test."""
    anvil = Anvil()
    yield anvil
    anvil.stop()


@pytest.fixture
def deployer(anvil: Anvil) -> Signer:
    """An account with a thousand ether."""
    signer = Signer(DEPLOYER_KEY)
    anvil.node.request("anvil_setBalance", [signer.address, hex(1_000 * ETHER)])
    return signer
