"""A house that may send to this machine, a game with a key, and the game's server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from relayer.limits import GameKey, KeyToken, Scope
from tests.house import House
from tests.integration.notify.game import Game
from tests.integration.notify.receiver import Receiver


@pytest.fixture
def open_house(tmp_path: Path) -> Iterator[House]:
    """A house that may send webhooks to this machine."""
    house = House(tmp_path, webhook_private_targets=True)
    yield house
    house.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """The game's server."""
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def game(open_house: House) -> Game:
    """A game with a key for everything."""
    token = KeyToken.mint()
    key = GameKey(token.id, "Hunch", frozenset(Scope), open_house.clock.now())
    open_house.store.game_keys.create(key, token)
    return Game(open_house, token)
