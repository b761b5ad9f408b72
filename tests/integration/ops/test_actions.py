"""Performing actions from the page: once, with a reason, written down."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from relayer.ops.access.tokens import ApiToken
from relayer.ops.actions.registry import ACTIONS
from relayer.ops.audit import verify
from relayer.store.audit import AuditEntry
from relayer.store.ops_tokens import OpsToken
from relayer.store.ops_users import Role
from relayer.store.switches import Switch
from tests.browser_of_operator import OperatorBrowser, logged_in
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


def test_the_audit_log_comes_as_a_file_that_can_be_checked(house: House) -> None:
    browser = logged_in(house)
    browser.perform("/actions/pause-intake?for=", _reason="=1+1")
    browser.perform("/actions/resume-intake")
    entries = [AuditEntry(**entry) for entry in json.loads(browser.get("/audit.json").data)]
    assert [entry.action for entry in entries] == ["resume-intake", "pause-intake"]
    assert [entry.hash for entry in entries] == [entry.computed_hash() for entry in entries]
    lines = browser.get("/audit.csv?who=olga&action=pause-intake").text.splitlines()
    assert len(lines) == 2
    assert ",'=1+1," in lines[1], "no spreadsheet takes it for a formula"
    assert browser.get("/audit.csv?who=nobody").text.count("\n") == 1


def test_an_admin_sees_the_tokens_of_programs_and_ends_one(house: House) -> None:
    browser, minted = logged_in(house, Role.ADMIN, "ada"), ApiToken.mint()
    token = OpsToken(minted.id, "ada", "the pager", True, 0.0, None)
    house.store.ops_tokens.add(token, minted.secret_hash())
    page = browser.get("/users").text
    assert "the pager" in page
    assert "moves money" in page
    assert browser.perform(f"/actions/remove-token?token={minted.id}").status_code == 303
    assert house.store.ops_tokens.find(minted.secret_hash()) is None
    assert "the pager" not in browser.get("/users").text


def test_one_form_sent_many_times_at_once_acts_once(house: House) -> None:
    browser = logged_in(house)
    fields = browser.fields("/actions/settle-now?batch=") | {"_reason": "it is time"}
    cookie = browser.client.get_cookie("relayer-ops")
    assert cookie is not None

    def send(_: int) -> str:
        own = OperatorBrowser(house)
        own.client.set_cookie("relayer-ops", cookie.value)
        return own.post("/actions/settle-now", fields).location or ""

    with ThreadPoolExecutor(6) as threads:
        (answered,) = set(threads.map(send, range(6)))
    assert answered.startswith("/ops/answers/")
    assert house.store.audit.head()[0] == 1
    assert len(house.store.orders.newest(10)) == 1
