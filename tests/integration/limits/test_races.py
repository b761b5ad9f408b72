"""Several real processes at one database: no limit is exceeded by a single contribution."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence

import pytest

from relayer.client import issue_play_ticket
from relayer.store.allowances import HOUSE
from tests.house import House
from tests.integration.limits.keyring import make_key

EACH = 8


class Racers:
    """Processes that send at the same time."""

    def __init__(self, count: int) -> None:
        command = [sys.executable, "-m", "tests.integration.limits.racing"]
        self._processes = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(count)
        ]

    def race(
        self, house: House, players: int, headers: dict[str, str] | None = None, **settings: int
    ) -> int:
        """Let all of them send; how many contributions were accepted."""
        shared = {
            "folder": str(house.settings.database.parent),
            "now": house.clock.now(),
            "players": players,
            "headers": headers or {},
            "settings": settings,
        }
        for number, process in enumerate(self._processes):
            race = {
                "first": 1_000 * number,
                "count": EACH,
                "players": players,
                "headers": headers or {},
            }
            self._tell(process, json.dumps(shared | race))
        assert self._hear() == ["ready"] * len(self._processes)
        for process in self._processes:
            self._tell(process, "go")
        results = [tuple(map(int, line.split())) for line in self._hear()]
        assert all(sum(result) == EACH for result in results)
        return sum(accepted for accepted, _ in results)

    def close(self) -> None:
        """End the processes."""
        for process in self._processes:
            process.kill()
            process.communicate()

    @staticmethod
    def _tell(process: subprocess.Popen[str], line: str) -> None:
        assert process.stdin is not None
        process.stdin.write(f"{line}\n")
        process.stdin.flush()

    def _hear(self) -> Sequence[str]:
        return [p.stdout.readline().strip() for p in self._processes if p.stdout is not None]


@pytest.fixture(scope="module")
def racers() -> Iterator[Racers]:
    """Three processes."""
    racers = Racers(3)
    yield racers
    racers.close()


@pytest.mark.parametrize(
    ("players", "settings"), [(1, {"player_quota": 11}), (9, {"network_quota": 11})]
)
def test_a_quota_holds_against_many_processes(
    house: House, racers: Racers, players: int, settings: dict[str, int]
) -> None:
    assert racers.race(house, players, None, **settings) == 11
    assert house.stored() == 11


def test_open_contributions_hold_against_many_processes(house: House, racers: Racers) -> None:
    assert racers.race(house, 1, trust_start=7) == 7


def test_a_budget_holds_against_many_processes(house: House, racers: Racers) -> None:
    house.send(house.contribution(99))
    cost = house.store.contributions.reserved_gwei()
    assert racers.race(house, 5, daily_budget_gwei=11 * cost + cost // 2) == 10
    assert house.store.allowances.ledgers([HOUSE])[HOUSE].charged_gwei == 11 * cost


def test_a_play_ticket_holds_against_many_processes(house: House, racers: Racers) -> None:
    key = make_key(house).reveal()
    text = issue_play_ticket(key, "round-1", uses=5, now=house.clock.now)
    assert racers.race(house, 9, headers={"Play-Ticket": text}) == 5
