"""Quotas that an operator sets for somebody, in place of those of the settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chain import Player
from tests.house import DOMAIN, House
from tests.integration.limits.keyring import make_key, send


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, player_quota=1, network_quota=3)


def accepted(house: House, player: Player, tries: int) -> int:
    answers = [house.send(house.contribution(player)).status_code for _ in range(tries)]
    return answers.count(202)


def test_quota_of_one_player_is_raised_until_it_expires(house: House) -> None:
    player, now = Player(1, DOMAIN), house.clock.now()
    house.store.quota_overrides.set(f"player:{player.address}", 2, "a jury", now, now + 600)
    assert accepted(house, player, 3) == 2
    assert accepted(house, Player(2, DOMAIN), 2) == 1
    house.clock.advance(601)
    house.open_doors()
    assert accepted(house, player, 2) == 1


def test_quota_of_nothing_keeps_a_network_or_a_game_out(house: House) -> None:
    now, token = house.clock.now(), make_key(house)
    house.store.quota_overrides.set("network:127.0.0.1", 0, "a flood", now)
    house.store.quota_overrides.set(f"key:{token.id}", 0, "a broken game", now)
    assert accepted(house, Player(1, DOMAIN), 1) == 0
    with_key = send(house, house.contribution(), Authorization=f"Bearer {token.reveal()}")
    assert with_key.status_code == 429
    assert house.store.quota_overrides.lift("network:127.0.0.1")
    assert accepted(house, Player(1, DOMAIN), 1) == 1


def test_newest_override_counts_and_expired_ones_are_swept(house: House) -> None:
    room, now = house.store.quota_overrides, house.clock.now()
    room.set("key:a", 5, "once", now, now + 1)
    room.set("key:a", 6, "again", now + 2, now + 10)
    assert [each.quota for each in room.newest(now + 3)] == [6]
    assert room.get("key:a", now + 11) is None
    assert (room.forget_expired(now + 11), room.lift("key:a")) == (1, False)
