"""Pauses, bans and the breaker, as a player meets them."""

from __future__ import annotations

import pytest

from relayer.limits.breaker import IntakeBreaker
from relayer.store.intake_breaker import BreakerState
from relayer.store.switches import Switch
from tests.chain import Player
from tests.house import DOMAIN, House, assert_problem

DAY_S = 86_400


def test_a_paused_intake_refuses_with_its_reason_and_stores_nothing(house: House) -> None:
    house.store.switches.pause(Switch.INTAKE, "we move house", house.clock.now())
    problem = assert_problem(house.send(house.contribution()), 503, "intake-paused")
    assert "we move house" in problem["detail"]
    assert problem["retryable"]
    assert house.stored() == 0


def test_a_pause_ends_by_itself_and_says_when(house: House) -> None:
    now = house.clock.now()
    house.store.switches.pause(Switch.INTAKE, "a break", now, now + 90)
    body = house.contribution()
    response = house.send(body)
    assert_problem(response, 503, "intake-paused")
    assert response.headers["Retry-After"] == "90"
    house.clock.advance(90)
    house.open_doors()
    assert house.send(body).status_code == 202


def test_what_was_accepted_before_a_pause_is_still_known(house: House) -> None:
    body = house.contribution()
    house.send(body)
    house.store.switches.pause(Switch.INTAKE, "a break", house.clock.now())
    assert house.send(body).status_code == 200


def test_a_paused_sending_lets_contributions_in(house: House) -> None:
    house.store.switches.pause(Switch.SENDING, "fees are high", house.clock.now())
    assert house.send(house.contribution()).status_code == 202


def test_a_pause_is_seen_on_the_status_page_and_is_no_fault(house: House) -> None:
    house.store.switches.pause(Switch.INTAKE, "we move house", house.clock.now())
    assert "The house is closed" in house.http.get("/status").get_data(as_text=True)
    ready = house.http.get("/readyz")
    assert ready.status_code == 200
    assert "we move house" in ready.get_json()["parts"]["intake"]


def test_a_banned_player_is_refused_and_the_others_are_not(house: House) -> None:
    banned = Player(1, DOMAIN)
    house.store.bans.ban(banned.address, "floods", house.clock.now())
    results = house.send(house.contribution(banned), house.contribution(2)).get_json()["results"]
    assert [result["status"] for result in results] == [403, 202]
    assert results[0]["problem"]["code"] == "banned"
    assert "floods" in results[0]["problem"]["detail"]
    assert house.stored() == 1


@pytest.mark.parametrize("spelling", [str.lower, lambda a: "0x" + a[2:].upper(), str])
def test_a_ban_is_not_evaded_by_the_case_of_the_address(house: House, spelling: object) -> None:
    player = Player(1, DOMAIN)
    house.store.bans.ban(player.address, "floods", house.clock.now())
    body = house.contribution(player)
    assert callable(spelling)
    body["message"]["player"] = spelling(player.address)
    assert_problem(house.send(body), 403, "banned")


def test_a_ban_expires(house: House) -> None:
    player = Player(1, DOMAIN)
    house.store.bans.ban(player.address, "floods", house.clock.now(), house.clock.now() + 60)
    body = house.contribution(player)
    problem = assert_problem(house.send(body), 403, "banned")
    assert (problem["reason"], problem["until_at"]) == ("floods", int(house.clock.now() + 60))
    house.clock.advance(60)
    house.open_doors()
    assert house.send(body).status_code == 202


def test_a_ban_does_not_keep_a_player_from_its_money(house: House) -> None:
    player = Player(1, DOMAIN)
    house.store.bans.ban(player.address, "floods", house.clock.now())
    house.store.switches.pause(Switch.INTAKE, "a break", house.clock.now())
    response = house.http.post("/v1/withdrawals", json=house.withdrawal(player))
    assert_problem(response, 422, "balance-too-low")


def test_a_bad_signature_is_told_before_any_ban(house: House) -> None:
    player = Player(1, DOMAIN)
    house.store.bans.ban(player.address, "floods", house.clock.now())
    body = house.contribution(player)
    body["message"]["label"] += 1
    assert_problem(house.send(body), 422, "bad-signature")


def fail_all(house: House) -> None:
    """Let everything that is queued come to a bad end."""
    for row in house.store.contributions.oldest_queued(house.deployment.trainers[0].address, 1_000):
        house.store.contributions.fail_queued(row.id, "skipped", None, house.clock.now())


def open_breaker(house: House) -> IntakeBreaker:
    """Twenty players whose contributions fail."""
    breaker = IntakeBreaker(house.store, house.settings, house.clock)
    house.send(*(house.contribution(number) for number in range(1, 21)))
    fail_all(house)
    assert breaker.step() is BreakerState.OPEN
    return breaker


def test_the_intake_closes_when_too_much_fails_and_tells_for_how_long(house: House) -> None:
    open_breaker(house)
    response = house.send(house.contribution(99))
    assert_problem(response, 503, "circuit-open")
    assert response.headers["Retry-After"] == "60"


def test_a_half_open_breaker_lets_as_many_in_as_it_has_probes(house: House) -> None:
    breaker = open_breaker(house)
    house.clock.advance(60)
    house.open_doors()
    assert breaker.step() is BreakerState.HALF_OPEN
    results = house.send(*(house.contribution(n) for n in range(50, 58))).get_json()["results"]
    assert [result["status"] for result in results] == [202] * 5 + [503] * 3
    assert_problem(house.send(house.contribution(99)), 503, "circuit-open")
    fail_all(house)
    assert breaker.step() is BreakerState.OPEN


def test_the_worker_forgets_ends_that_lie_outside_of_the_window(house: House) -> None:
    house.send(*(house.contribution(number) for number in range(1, 21)))
    fail_all(house)
    house.clock.advance(house.settings.breaker_window_s + 1)
    assert IntakeBreaker(house.store, house.settings, house.clock).step() is BreakerState.CLOSED
    assert house.store.intake_breaker.ends_since(0) == []
