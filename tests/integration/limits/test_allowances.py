"""Quotas, budgets and trust, as players and games meet them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from relayer.client import issue_play_ticket
from relayer.store.allowances import HOUSE
from relayer.store.players import PlayerSnapshot
from tests.chain import Player
from tests.house import DOMAIN, ETHER, House, assert_problem
from tests.integration.limits.keyring import bearer, make_key, send

DAY_S = 86_400

Open = Callable[..., House]


@pytest.fixture
def open_house(tmp_path: Path) -> Iterator[Open]:
    """Opens a house with settings of one's own."""
    houses: list[House] = []

    def open_one(**settings: Any) -> House:
        houses.append(House(tmp_path, **settings))
        return houses[-1]

    yield open_one
    for house in houses:
        house.close()


def statuses(house: House, *players: Player) -> list[int]:
    """Send one contribution of each in one list."""
    bodies = [house.contribution(player) for player in players]
    answer = house.http.post("/v1/contributions", json={"contributions": bodies}).get_json()
    return [result["status"] for result in answer["results"]]


def reserved_by_one(house: House) -> int:
    """What one contribution reserves in gwei."""
    house.send(house.contribution(Player(77, DOMAIN)))
    return house.store.contributions.reserved_gwei()


def test_a_player_may_send_its_quota_and_is_told_when_there_is_more(open_house: Open) -> None:
    house, player = open_house(player_quota=3), Player(1, DOMAIN)
    assert statuses(house, *[player] * 4) == [202, 202, 202, 429]
    response = house.send(house.contribution(player))
    problem = assert_problem(response, 429, "quota-exceeded")
    assert response.headers["Retry-After"] == "20"
    assert response.headers["RateLimit-Policy"] == '"player";q=3;w=60'
    assert response.headers["RateLimit"] == '"player";r=0;t=20'
    assert (problem["retryable"], problem["retry_after_s"]) == (True, 20)
    assert house.stored() == 3
    assert statuses(house, Player(2, DOMAIN), player) == [202, 429]
    house.clock.advance(20)
    house.open_doors()
    assert statuses(house, player, player) == [202, 429]


def test_what_is_left_is_told_with_what_was_accepted(open_house: Open) -> None:
    house, player = open_house(player_quota=3, network_quota=10), Player(1, DOMAIN)
    body = house.contribution(player)
    for status, headers in ((202, '"player";r=2;t=20, "network";r=9;t=6'), (200, None)):
        answer = house.send(body)
        assert answer.status_code == status
        assert answer.headers["RateLimit-Policy"] == '"player";q=3;w=60, "network";q=10;w=60'
        assert answer.headers["RateLimit"] == (headers or '"player";r=2;t=20, "network";r=9;t=6')
    assert house.send(house.contribution(player)).headers["RateLimit"].startswith('"player";r=1;')
    own = house.send(house.contribution(player), house.contribution(player))
    assert own.headers["RateLimit"] == '"player";r=0;t=60, "network";r=7;t=18'
    others = house.send(*(house.contribution(Player(number, DOMAIN)) for number in (2, 3)))
    assert others.headers["RateLimit"] == '"network";r=5;t=30'
    refused = house.send(house.contribution(player), house.contribution(player))
    assert "RateLimit" not in refused.headers


def test_a_game_is_told_what_is_left_of_its_key(open_house: Open) -> None:
    house = open_house(key_quota=60)
    key = make_key(house).reveal()
    answer = send(house, house.contribution(), Authorization=f"Bearer {key}")
    assert answer.headers["RateLimit"].endswith(', "key";r=59;t=1')
    assert "network" not in answer.headers["RateLimit"]


def test_withdrawals_tell_what_is_left_as_well(open_house: Open) -> None:
    house, player = open_house(player_quota=3), Player(1, DOMAIN)
    house.store.players.write([PlayerSnapshot(player.address, 0, 0, ETHER, 1.0)])
    answer = house.http.post("/v1/withdrawals", json=house.withdrawal(player))
    assert answer.headers["RateLimit"].startswith('"player";r=2;t=20')


def test_elements_of_a_list_tell_when_to_come_again(open_house: Open) -> None:
    house, player = open_house(player_quota=1), Player(1, DOMAIN)
    answer = house.send(house.contribution(player), house.contribution(player)).get_json()
    assert answer["results"][1]["problem"]["retry_after_s"] == 60


def test_sending_again_what_was_accepted_takes_nothing(open_house: Open) -> None:
    house = open_house(player_quota=1)
    body = house.contribution()
    assert [house.send(body).status_code for _ in range(3)] == [202, 200, 200]


def test_nothing_is_taken_by_what_is_refused(open_house: Open) -> None:
    house, player = open_house(player_quota=1), Player(1, DOMAIN)
    forged = house.contribution(player)
    forged["message"]["label"] += 1
    late = house.contribution(player, deadline=house.deadline - 10**6)
    dear = house.contribution(player, max_fee_gwei=0)
    assert_problem(house.send(forged), 422, "bad-signature")
    assert_problem(house.send(late), 422, "deadline-passed")
    assert_problem(house.send(dear), 422, "max-fee-too-low")
    assert house.store.allowances.quotas([f"player:{player.address}", "network:127.0.0.1"]) == {}
    assert statuses(house, player, player) == [202, 429]


def test_what_could_not_be_stored_takes_nothing(
    open_house: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, player = open_house(player_quota=1), Player(1, DOMAIN)
    token = make_key(house)
    ticket = issue_play_ticket(token.reveal(), "round-1", now=house.clock.now)
    body, write = house.contribution(player), house.store.ticket_uses.write

    def store_and_fail(used: Any) -> None:
        write(used)
        raise sqlite3.OperationalError("the last statement before the end of the transaction")

    with monkeypatch.context() as patch:
        patch.setattr(house.store.ticket_uses, "write", store_and_fail)
        assert send(house, body, **{"Play-Ticket": ticket}).status_code >= 500
    assert house.stored() == 0
    assert house.store.allowances.ledgers([HOUSE])[HOUSE].charged_gwei == 0
    assert send(house, body, **{"Play-Ticket": ticket}).status_code == 202


def test_many_players_of_one_network_share_its_quota(open_house: Open) -> None:
    house = open_house(network_quota=5)
    sent = statuses(house, *(Player(number, DOMAIN) for number in range(1, 10)))
    assert sent == [202] * 5 + [429] * 4


def test_a_feigned_forwarded_address_brings_no_new_quota(open_house: Open) -> None:
    house = open_house(network_quota=1)
    assert send(house, house.contribution(1)).status_code == 202
    for number in range(2, 5):
        spoofed = {"X-Forwarded-For": f"198.51.100.{number}"}
        assert_problem(send(house, house.contribution(number), **spoofed), 429, "quota-exceeded")


def test_addresses_of_one_ipv6_customer_share_a_quota(open_house: Open) -> None:
    house = open_house(network_quota=1, trusted_proxies=("127.0.0.1",))
    first, second = ({"X-Forwarded-For": f"2001:db8:1:2::{n}"} for n in (1, 2))
    assert send(house, house.contribution(1), **first).status_code == 202
    assert_problem(send(house, house.contribution(2), **second), 429, "quota-exceeded")


def test_a_game_has_a_quota_of_its_own_and_its_network_does_not_count(open_house: Open) -> None:
    house = open_house(network_quota=1, key_quota=2)
    small, usual = make_key(house, quota=1), make_key(house)
    for token, most in ((small, 1), (usual, 2)):
        codes = [
            send(house, house.contribution(number, nonce=most), **bearer(token)).status_code
            for number in range(3)
        ]
        assert codes == [202] * most + [429] * (3 - most)


def test_a_withdrawal_counts_too(open_house: Open) -> None:
    house, player = open_house(player_quota=1), Player(1, DOMAIN)
    assert statuses(house, player) == [202]
    withdrawal = house.http.post("/v1/withdrawals", json=house.withdrawal(player))
    assert_problem(withdrawal, 429, "quota-exceeded")


def test_the_houses_budget_is_reserved_to_the_last_contribution(open_house: Open) -> None:
    house = open_house(daily_budget_gwei=10**7)
    cost = reserved_by_one(house)
    affordable = 10**7 // cost
    people = [Player(number, DOMAIN) for number in range(1, affordable + 3)]
    assert statuses(house, *people) == [202] * (affordable - 1) + [503] * 3
    response = house.send(house.contribution(people[-1]))
    assert_problem(response, 503, "house-budget-used-up")
    assert int(response.headers["Retry-After"]) == DAY_S - int(house.clock.now()) % DAY_S
    house.clock.advance(int(response.headers["Retry-After"]))
    house.open_doors()
    assert statuses(house, people[-1]) == [202]


def test_what_is_cancelled_gives_its_budget_back(open_house: Open) -> None:
    house = open_house(daily_budget_gwei=10**7)
    reserved_by_one(house)
    charged = house.store.allowances.ledgers([HOUSE])[HOUSE].charged_gwei
    identity = house.send(house.contribution(1)).get_json()["id"]
    assert house.store.allowances.ledgers([HOUSE])[HOUSE].charged_gwei == 2 * charged
    assert house.store.contributions.cancel(identity, house.clock.now())
    assert house.store.allowances.ledgers([HOUSE])[HOUSE].charged_gwei == charged


def test_players_and_games_have_budgets_of_their_own(open_house: Open) -> None:
    house = open_house(player_daily_budget_gwei=10**7)
    affordable = 10**7 // reserved_by_one(house)
    player = Player(1, DOMAIN)
    codes = statuses(house, *[player] * (affordable + 1))
    assert codes == [202] * affordable + [429]
    assert_problem(house.send(house.contribution(player)), 429, "daily-allowance-used-up")
    poor = make_key(house, daily_budget_gwei=1)
    refused = send(house, house.contribution(2), **bearer(poor))
    assert_problem(refused, 429, "daily-allowance-used-up")


def settle(house: House, identity: str, outcome: str) -> None:
    """Let a contribution go its way to its settlement."""
    with house.store.transaction() as connection:
        for status in ("sent", "mined", "confirmed"):
            connection.execute(
                "UPDATE contributions SET status = ? WHERE id = ?", (status, identity)
            )
        connection.execute(
            "UPDATE contributions SET status = 'settled', outcome = ? WHERE id = ?",
            (outcome, identity),
        )


def test_trust_grows_with_refunds_and_falls_with_forfeits(open_house: Open) -> None:
    house, player = open_house(trust_start=2, trust_per_forfeited=2), Player(1, DOMAIN)
    first, second = (house.send(house.contribution(player)).get_json()["id"] for _ in range(2))
    assert_problem(house.send(house.contribution(player)), 429, "too-many-open")
    settle(house, first, "refunded")
    assert statuses(house, player, player, player) == [202, 202, 429]
    settle(house, second, "forfeited")
    assert statuses(house, player) == [429]


def test_a_player_is_told_what_is_left_and_when_it_renews(open_house: Open) -> None:
    house = open_house(player_quota=4, player_daily_budget_gwei=10**7, trust_start=9)
    player, now = Player(1, DOMAIN), house.clock.now()
    path = f"/v1/players/{player.address.lower()}"
    fresh = house.http.get(path).get_json()["allowance"]
    assert fresh["quota"] == {"limit": 4, "left": 4, "window_s": 60, "renews_at": now}
    assert fresh["open_contributions"] == {"limit": 9, "left": 9}
    assert fresh["ban"] is None
    house.send(house.contribution(player))
    house.store.bans.ban(player.address, "floods", now, now + 5)
    told = house.http.get(path).get_json()["allowance"]
    assert told["quota"] == {"limit": 4, "left": 3, "window_s": 60, "renews_at": now + 15}
    assert told["open_contributions"] == {"limit": 9, "left": 8}
    reserved = house.store.contributions.reserved_gwei()
    midnight = (int(now) // DAY_S + 1) * DAY_S
    assert told["daily_budget"] == {
        "limit_gwei": 10**7,
        "left_gwei": 10**7 - reserved,
        "renews_at": midnight,
    }
    assert told["ban"] == {"reason": "floods", "expires_at": now + 5}


def test_the_configuration_tells_what_is_left_for_whoever_asks(open_house: Open) -> None:
    house = open_house(network_quota=3, daily_budget_gwei=10**7)
    token = make_key(house, quota=7, daily_budget_gwei=5)
    house.send(house.contribution())
    told = house.http.get("/v1/config").get_json()["allowance"]
    assert (told["admission"], told["obstacle"], told["daily_budget"]) == ("open", None, None)
    assert (told["quota"]["limit"], told["quota"]["left"]) == (3, 2)
    reserved = house.store.contributions.reserved_gwei()
    assert told["house_daily_budget"]["left_gwei"] == 10**7 - reserved
    as_game = house.http.get("/v1/config", headers=bearer(token)).get_json()["allowance"]
    assert (as_game["quota"]["limit"], as_game["quota"]["left"]) == (7, 7)
    assert as_game["daily_budget"]["left_gwei"] == 5
