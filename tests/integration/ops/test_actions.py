"""Performing actions from the page: once, with a reason, written down."""

from __future__ import annotations

import pytest

from relayer.ops.actions.registry import ACTIONS
from relayer.ops.audit import verify
from relayer.store.switches import Switch
from tests.browser_of_operator import logged_in
from tests.house import House, assert_problem


def test_an_operator_pauses_the_intake_and_lets_it_go_on(house: House) -> None:
    browser, body = logged_in(house), house.contribution()
    address = "/actions/pause-intake?for=30m"
    page = browser.get(address)
    assert "No contribution is taken in any more" in page.text
    assert house.store.switches.pause_of(Switch.INTAKE, 0) is None, "looking changes nothing"
    done = browser.perform(address, _reason="we move house")
    assert done.status_code == 303
    assert "intake is paused" in browser.get(done.location.removeprefix("/ops")).text
    problem = assert_problem(house.send(body), 503, "intake-paused")
    assert "we move house" in problem["detail"]
    assert browser.perform("/actions/resume-intake").status_code == 303
    assert house.send(body).status_code == 202
    newest, before = house.store.audit.newest(2)
    assert (newest.action, newest.outcome) == ("resume-intake", "intake goes on")
    assert (before.who, before.via, before.reason) == ("olga", "page", "we move house")
    assert before.arguments == '{"for": "30m"}'
    assert verify(house.store).faults == ()


def test_a_form_that_is_sent_twice_acts_once_and_gets_the_same_answer(house: House) -> None:
    browser = logged_in(house)
    fields = browser.fields("/actions/pause-sending?for=") | {"_reason": "fees"}
    first = browser.post("/actions/pause-sending", fields)
    house.clock.advance(60)
    browser.perform("/actions/resume-sending")
    again = browser.post("/actions/pause-sending", fields)
    assert again.location == first.location
    assert house.store.switches.pause_of(Switch.SENDING, 0) is None
    assert house.store.audit.head()[0] == 2


def test_a_key_that_was_used_for_something_else_is_refused(house: House) -> None:
    browser = logged_in(house)
    fields = browser.fields("/actions/pause-sending?for=") | {"_reason": "fees"}
    browser.post("/actions/pause-sending", fields)
    other = browser.post("/actions/pause-sending", fields | {"for": "2h"})
    assert other.status_code == 422
    assert house.store.audit.head()[0] == 1


def test_an_argument_that_is_none_is_asked_for_again(house: House) -> None:
    browser = logged_in(house)
    page = browser.get("/actions/pause-intake?for=soon")
    assert page.status_code == 422
    assert "write 90s, 30m, 12h or 7d" in page.text
    assert browser.get("/actions/pause-intake?other=1").status_code == 422
    assert browser.get("/actions/fly-to-the-moon").status_code == 404


@pytest.mark.parametrize("action", ["pause-intake", "ban", "set-quota", "silence-alert"])
def test_a_length_of_time_that_no_calendar_holds_is_asked_for_again(
    house: House, action: str
) -> None:
    browser = logged_in(house)
    given = dict(ACTIONS[action].sample) | {"for": "999999999d"}
    answer = browser.get(f"/actions/{action}", query_string=given)
    assert answer.status_code == 422
    assert "must be at most 3650d" in answer.text


@pytest.mark.parametrize("letters", ["\x1b[2J", "\x00", "\u202emoved", "\u2067"])
def test_a_reason_holds_nothing_that_commands_a_terminal_or_hides_in_a_log(
    house: House, letters: str
) -> None:
    browser = logged_in(house)
    answer = browser.perform("/actions/pause-intake?for=", _reason=f"we {letters} move")
    assert answer.status_code == 422
    assert "characters that nobody sees" in answer.text
    assert house.store.audit.head()[0] == 0
    emoji = "\N{MAN}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER} \u0645\u06cc\u200c\u0634\u0648\u062f"
    assert browser.perform("/actions/pause-intake?for=", _reason=emoji).status_code == 303
    assert house.store.audit.newest(1)[0].reason == emoji


def test_what_a_link_does_not_bring_is_asked_for_and_not_found_fault_with(house: House) -> None:
    browser, player = logged_in(house), f"0x{1:040x}"
    page = browser.get(f"/actions/set-quota?subject={player}")
    assert page.status_code == 200
    assert "is missing" not in page.text
    assert f'value="{player}"' in page.text
    assert "is missing" in browser.get(f"/actions/set-quota?subject={player}&quota=").text


def test_what_an_argument_says_is_shown_and_never_obeyed(house: House) -> None:
    browser = logged_in(house)
    page = browser.get("/actions/pause-intake?for=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;" in page.text
