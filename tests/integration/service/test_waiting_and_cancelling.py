"""Long polls and cancellations."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from relayer.api.waiting import Waiting
from relayer.clock import ManualClock
from relayer.store.contributions import Contribution
from relayer.store.players import PlayerSnapshot
from tests.chain import Player
from tests.house import DOMAIN, House, assert_problem


class EventfulClock(ManualClock):
    """Lets something happen while somebody sleeps."""

    def __init__(self, happening: Callable[[], None]) -> None:
        super().__init__()
        self._happening = happening

    def sleep(self, duration_s: float) -> None:
        super().sleep(duration_s)
        self._happening()


def queued(house: House) -> Contribution:
    contribution = house.store.contributions.get(house.send(house.contribution()).get_json()["id"])
    assert contribution is not None
    return contribution


def test_a_wait_ends_when_the_status_changes(house: House) -> None:
    contribution = queued(house)

    def fail() -> None:
        house.store.contributions.fail_queued(contribution.id, "unfit", None, 5.0)

    clock = EventfulClock(fail)
    changed = Waiting(clock, most_waiters=1).for_change(house.store.contributions, contribution, 25)
    assert (changed.status, changed.reason) == ("failed", "unfit")
    assert clock.now() - ManualClock().now() == pytest.approx(0.2)


def test_a_long_poll_ends_when_its_time_is_over(house: House) -> None:
    contribution = house.send(house.contribution()).get_json()
    before = house.clock.now()
    response = house.http.get(f"{contribution['links']['self']}?wait=1000")
    assert response.get_json()["status"] == "queued"
    assert 25 <= house.clock.now() - before < 25.2


def test_a_long_poll_ends_in_time_when_the_clock_is_set_back(house: House) -> None:
    clock, contribution = EventfulClock(lambda: None), queued(house)
    clock._happening = lambda: clock.jump(-3_600.0) if clock.monotonic() < 0.3 else None
    Waiting(clock, most_waiters=1).for_change(house.store.contributions, contribution, 5)
    assert 5 <= clock.monotonic() < 5.2


def test_a_change_between_two_requests_is_not_missed(house: House) -> None:
    contribution = house.send(house.contribution()).get_json()
    before = house.clock.now()
    response = house.http.get(f"{contribution['links']['self']}?wait=25&while=sent")
    assert response.get_json()["status"] == "queued"
    assert house.clock.now() == before
    house.http.get(f"{contribution['links']['self']}?wait=25&while=queued")
    assert house.clock.now() - before >= 25


def test_a_withdrawal_is_waited_for_as_well(house: House) -> None:
    player = Player(1, DOMAIN)
    house.store.players.write([PlayerSnapshot(player.address, 0, 0, 10**18, house.clock.now())])
    withdrawal = house.http.post("/v1/withdrawals", json=house.withdrawal(player)).get_json()
    before = house.clock.now()
    response = house.http.get(f"{withdrawal['links']['self']}?wait=5&while=queued")
    assert response.get_json()["status"] == "queued"
    assert house.clock.now() - before >= 5
    refused = house.http.get(f"{withdrawal['links']['self']}?wait=5&while=settled")
    assert_problem(refused, 422, "schema-violation")


def test_a_final_contribution_is_not_waited_for(house: House) -> None:
    request = house.contribution()
    contribution = house.send(request).get_json()
    house.store.contributions.cancel(contribution["id"], 5.0)
    before = house.clock.now()
    response = house.http.get(f"{contribution['links']['self']}?wait=25")
    assert response.get_json()["status"] == "cancelled"
    assert house.clock.now() == before


def test_one_more_waiter_than_there_are_seats_is_answered_at_once(house: House) -> None:
    contribution = queued(house)
    answers: list[Contribution] = []
    waiting: Waiting

    def come_too() -> None:
        answers.append(waiting.for_change(house.store.contributions, contribution, 25))

    clock = EventfulClock(come_too)
    waiting = Waiting(clock, most_waiters=1)
    waiting.for_change(house.store.contributions, contribution, 1)
    # It came five times, once in each look of the first one, and moved the clock not at all.
    assert len(answers) == 5
    assert clock.now() - ManualClock().now() == pytest.approx(1)


def test_a_wait_that_is_no_number_is_refused(house: House) -> None:
    contribution = house.send(house.contribution()).get_json()
    url = f"{contribution['links']['self']}?wait=long"
    assert_problem(house.http.get(url), 422, "schema-violation")


def test_its_own_signature_cancels_a_queued_contribution(house: House) -> None:
    request = house.contribution()
    contribution = house.send(request).get_json()
    proof = {"Contribution-Signature": request["signature"]}
    for _ in range(2):
        response = house.http.delete(contribution["links"]["self"], headers=proof)
        assert (response.status_code, response.get_json()["status"]) == (200, "cancelled")


def test_a_cancelled_nonce_is_free_again(house: House) -> None:
    request = house.contribution(nonce=0, label=1)
    contribution = house.send(request).get_json()
    proof = {"Contribution-Signature": request["signature"]}
    house.http.delete(contribution["links"]["self"], headers=proof)
    assert house.send(house.contribution(nonce=0, label=2)).status_code == 202


def test_nobody_else_can_cancel_a_contribution(house: House) -> None:
    contribution = house.send(house.contribution()).get_json()
    other = house.contribution(2)["signature"]
    for headers in ({}, {"Contribution-Signature": other}, {"Contribution-Signature": "0xzz"}):
        response = house.http.delete(contribution["links"]["self"], headers=headers)
        assert_problem(response, 422, "bad-signature")
    assert house.http.get(contribution["links"]["self"]).get_json()["status"] == "queued"


def test_what_has_left_the_queue_cannot_be_cancelled(house: House) -> None:
    request = house.contribution()
    contribution = house.send(request).get_json()
    house.store.contributions.fail_queued(contribution["id"], "unfit", None, 5.0)
    proof = {"Contribution-Signature": request["signature"]}
    response = house.http.delete(contribution["links"]["self"], headers=proof)
    assert_problem(response, 409, "not-cancellable")
