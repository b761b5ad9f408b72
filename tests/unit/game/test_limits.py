"""How often somebody may ask: players, networks, and all routes alike."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from relayer.clock import ManualClock
from relayer.limits.client_address import TrustedProxies
from sample_game.errors import TooFast
from sample_game.fair_play.limits import PER_PLAYER, WINDOW_S, RateLimits
from sample_game.fair_play.networks import Networks
from tests.unit.game.conftest import Table

PLAYER = "0x" + "1" * 40


@dataclass
class Counter:
    """Limits for two players a network, and a clock in the test's hand."""

    clock: ManualClock = field(default_factory=ManualClock)

    def __post_init__(self) -> None:
        self.limits = RateLimits(self.clock, players_per_network=2)

    def spend(self, network: str, player: str | None, action: str = "rounds") -> int:
        """Ask until it was too often; returns how often it was not."""
        for count in range(10_000):
            try:
                self.limits.take(action, network, player)
            except TooFast:
                return count
        raise AssertionError("there is no limit")


def test_a_player_may_ask_so_often_a_minute_and_no_more() -> None:
    counter = Counter()
    assert counter.spend("home", PLAYER) == PER_PLAYER["rounds"]
    counter.clock.advance(WINDOW_S / 2)
    assert counter.spend("home", PLAYER) == PER_PLAYER["rounds"] // 2


def test_a_network_may_ask_as_often_as_the_players_that_may_share_it() -> None:
    counter = Counter()
    players = [f"0x{number:040x}" for number in range(5)]
    assert sum(counter.spend("school", player) for player in players) == 2 * PER_PLAYER["rounds"]
    assert counter.spend("school", None) == 0
    assert counter.spend("elsewhere", players[-1]) == PER_PLAYER["rounds"]


def test_nobody_uses_up_what_a_player_has_elsewhere() -> None:
    counter = Counter()
    counter.spend("of a stranger", PLAYER)
    assert counter.spend("home", PLAYER) == PER_PLAYER["rounds"]


def test_what_was_refused_is_not_counted_and_says_when_to_come_again() -> None:
    counter = Counter()
    counter.spend("home", PLAYER)
    with pytest.raises(TooFast) as refused:
        counter.limits.take("rounds", "home", PLAYER)
    counter.clock.advance(refused.value.retry_after_s)
    counter.limits.take("rounds", "home", PLAYER)


@pytest.mark.parametrize("by_s", [-86_400, -90, 86_400])
def test_limits_do_not_hang_on_what_the_clock_shows(by_s: float) -> None:
    counter = Counter()
    counter.spend("home", PLAYER)
    counter.clock.jump(by_s)
    assert counter.spend("home", PLAYER) == 0
    counter.clock.advance(WINDOW_S)
    assert counter.spend("home", PLAYER) == PER_PLAYER["rounds"]


def test_every_action_has_a_limit_of_its_own() -> None:
    counter = Counter()
    counter.spend("home", PLAYER, "rounds")
    assert counter.spend("home", PLAYER, "guesses") == PER_PLAYER["guesses"]


@pytest.mark.parametrize(
    ("path", "action", "ends"),
    [
        ("/api/guesses", "guesses", {"guess": "zzz"}),
        ("/api/clue-checks", "clue-checks", {"clue": "moon", "others": []}),
        ("/api/clues", "clues", {}),
        ("/api/validations", "validations", {}),
    ],
)
def test_too_many_requests_in_a_round_are_a_problem_with_the_time_to_wait(
    table: Table, path: str, action: str, ends: dict[str, object]
) -> None:
    player = table.player()
    round_ = player.start("guess" if action in ("guesses", "validations") else "clue")
    body = {"token": round_["token"], **ends}
    for _ in range(PER_PLAYER[action]):
        assert table.game.post(path, json=body).status_code != 429
    refused = table.game.post(path, json=body)
    assert (refused.status_code, refused.mimetype) == (429, "application/problem+json")
    assert (refused.get_json()["code"], refused.get_json()["retryable"]) == ("too-fast", True)
    assert int(refused.headers["Retry-After"]) >= 1
    assert table.player().start("guess")["kind"] == "guess", "others play on"


def test_too_many_rounds_and_too_much_reading_are_refused_as_well(table: Table) -> None:
    player = table.player()
    for _ in range(PER_PLAYER["rounds"]):
        player.start("guess")
    body = {"kind": "guess", **player.proven()}
    assert table.game.post("/api/rounds", json=body).status_code == 429
    body["player"] = body["player"].upper().replace("X", "x")
    assert table.game.post("/api/rounds", json=body).status_code == 429, "the same, spelt otherwise"


def test_a_route_that_nobody_thought_of_is_limited_too(table: Table) -> None:
    body, most = {"player": PLAYER}, PER_PLAYER["others"]
    codes = [table.game.post("/api/nothing", json=body).status_code for _ in range(most + 1)]
    assert codes == [*(404,) * most, 429]


def test_a_made_up_forwarded_address_is_no_new_network() -> None:
    networks = Networks(TrustedProxies(["127.0.0.1"]), b"key")
    assert networks.tag("10.0.0.9", "1.1.1.1") == networks.tag("10.0.0.9", "2.2.2.2")
    assert networks.tag("127.0.0.1", "1.1.1.1") != networks.tag("127.0.0.1", "2.2.2.2")
    made_up = networks.tag("127.0.0.1", "9.9.9.9, 1.1.1.1")
    assert made_up == networks.tag("127.0.0.1", "1.1.1.1")


def test_a_tag_tells_no_address_without_the_key() -> None:
    here, there = (Networks(TrustedProxies([]), key) for key in (b"one", b"two"))
    assert here.tag("10.0.0.9", None) != there.tag("10.0.0.9", None)
    assert "10.0.0.9" not in here.tag("10.0.0.9", None)
