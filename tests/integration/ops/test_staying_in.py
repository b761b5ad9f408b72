"""How long a login lasts, and how often a password may be tried."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from relayer.ops.access.tokens import hash_of
from relayer.store.ops_users import Role
from tests.browser_of_operator import PASSWORD, OperatorBrowser, add_user, logged_in
from tests.house import House

WRONG = "wrong, wrong, wrong"


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[House]:
    """A house that is quick to shut people out, with one user."""
    house = House(tmp_path, ops_user_tries=3, ops_address_tries=5, ops_tries_window_s=600)
    add_user(house, "vera", Role.VIEWER)
    yield house
    house.close()


def test_a_login_ends_when_it_is_not_used(house: House) -> None:
    browser = logged_in(house)
    for _ in range(3):
        house.clock.advance(house.settings.ops_session_idle_s - 1)
        assert browser.get("/").status_code == 200
    house.clock.advance(house.settings.ops_session_idle_s)
    assert browser.get("/").status_code == 303


def test_a_login_ends_however_much_it_is_used(house: House) -> None:
    browser, begun = logged_in(house), house.clock.now()
    while house.clock.now() - begun < house.settings.ops_session_most_s - 1_800:
        house.clock.advance(1_800)
        assert browser.get("/").status_code == 200
    house.clock.advance(1_800)
    assert browser.get("/").status_code == 303


def test_a_page_that_asks_by_itself_keeps_nobody_logged_in(house: House) -> None:
    browser = logged_in(house)
    for _ in range(2):
        house.clock.advance(house.settings.ops_session_idle_s / 2 - 1)
        assert browser.get("/", headers={"X-By-Itself": "poll"}).status_code == 200
    house.clock.advance(3)
    assert browser.get("/", headers={"X-By-Itself": "poll"}).status_code == 303


def test_sessions_that_are_over_are_forgotten(house: House) -> None:
    logged_in(house)
    house.clock.advance(house.settings.ops_session_most_s)
    OperatorBrowser(house).log_in("olga")
    assert len(house.store.ops_sessions.of_user("olga")) == 1


@pytest.mark.parametrize("name", ["vera", "nobody"])
def test_after_so_many_wrong_passwords_no_other_is_looked_at(strict: House, name: str) -> None:
    browser = OperatorBrowser(strict)
    assert [browser.log_in(name, WRONG).status_code for _ in range(3)] == [401] * 3
    answer = browser.log_in(name, PASSWORD)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "600"
    assert "too many wrong passwords" in answer.text
    assert browser.get("/").status_code == 303
    strict.clock.advance(600)
    assert browser.log_in(name, PASSWORD).status_code == (303 if name == "vera" else 401)


def test_tries_at_many_names_count_for_the_address(strict: House) -> None:
    browser = OperatorBrowser(strict)
    for number in range(5):
        assert browser.log_in(f"guess-{number}", WRONG).status_code == 401
    assert browser.log_in("vera").status_code == 429


def test_who_has_a_whole_network_of_addresses_guesses_no_more_often(tmp_path: Path) -> None:
    house = House(
        tmp_path, ops_address_tries=3, ops_from=("2001:db8::/32",), trusted_proxies=("127.0.0.1",)
    )
    add_user(house, "vera", Role.VIEWER)
    codes = []
    for number in range(5):
        # A client writes what it likes before what the proxy appends.
        headers = {"X-Forwarded-For": f"192.0.2.{number}, 2001:db8:1:2::{number}"}
        fields = {"name": f"guess-{number}", "password": WRONG}
        browser = OperatorBrowser(house)
        page = browser.get("/login", headers=headers)
        token = re.findall('name="_token" value="([^"]+)"', page.text)[-1]
        codes.append(
            browser.post("/login", fields | {"_token": token}, headers=headers).status_code
        )
    assert codes == [401, 401, 401, 429, 429]
    house.close()


def test_a_right_password_counts_anew(strict: House) -> None:
    browser = OperatorBrowser(strict)
    for _ in range(3):
        for _ in range(2):
            browser.log_in("vera", WRONG)
        assert browser.log_in("vera").status_code == 303


def test_tries_at_the_same_time_are_counted_one_by_one(strict: House) -> None:
    def guess(_: int) -> int:
        return OperatorBrowser(strict).log_in("vera", WRONG).status_code

    with ThreadPoolExecutor(8) as threads:
        codes = sorted(threads.map(guess, range(8)))
    assert codes == [401] * 3 + [429] * 5


def test_guessing_at_an_open_browser_counts_as_well(strict: House) -> None:
    add_user(strict, "ada", Role.ADMIN)
    browser = OperatorBrowser(strict)
    browser.log_in("ada")
    strict.clock.advance(strict.settings.ops_confirmation_s + 1)
    address = "/actions/set-user-role?user=vera&role=operator"
    codes = [browser.perform(address, _password=WRONG).status_code for _ in range(4)]
    assert codes == [401, 401, 401, 429]
    assert browser.perform(address, _password=PASSWORD).status_code == 429


def test_people_see_where_they_are_logged_in_and_end_it(house: House) -> None:
    browser = logged_in(house)
    other = OperatorBrowser(house)
    other.log_in("olga")
    fields = browser.fields("/account")
    (session,) = {each.id for each in house.store.ops_sessions.of_user("olga")} - {
        browser_session(browser)
    }
    assert browser.post(f"/account/sessions/{session}/end", fields).status_code == 303
    assert other.get("/").status_code == 303
    assert browser.get("/").status_code == 200


def browser_session(browser: OperatorBrowser) -> str:
    """The id of the session that a browser is logged in with."""
    visitor = browser.house.store.ops_sessions
    cookie = browser.client.get_cookie("relayer-ops")
    assert cookie is not None
    found = visitor.find(hash_of(cookie.value))
    assert found is not None
    return found.id


def test_nobody_ends_the_sessions_of_others(house: House) -> None:
    victim, browser = logged_in(house, name="olga"), logged_in(house, name="oskar")
    session = browser_session(victim)
    answer = browser.post(f"/account/sessions/{session}/end", browser.fields("/account"))
    assert answer.status_code == 404
    assert victim.get("/").status_code == 200


def test_a_new_password_ends_every_other_session(house: House) -> None:
    browser, other = logged_in(house), OperatorBrowser(house)
    other.log_in("olga")
    new = "new battery, new staple"
    form = browser.fields("/account") | {"new_password": new, "repeated_password": new}
    assert browser.post("/account/password", form | {"password": WRONG}).status_code == 401
    assert browser.post("/account/password", form | {"password": PASSWORD}).status_code == 303
    assert browser.get("/").status_code == 200
    assert other.get("/").status_code == 303
    assert other.log_in("olga").status_code == 401
    assert other.log_in("olga", new).status_code == 303


@pytest.mark.parametrize(("new", "again"), [("short", "short"), ("x" * 20, "x" * 20), (WRONG, "")])
def test_a_bad_new_password_changes_nothing(house: House, new: str, again: str) -> None:
    browser = logged_in(house)
    form = browser.fields("/account") | {"new_password": new, "repeated_password": again}
    assert browser.post("/account/password", form | {"password": PASSWORD}).status_code == 422
    assert OperatorBrowser(house).log_in("olga").status_code == 303


def test_an_admin_sees_users_and_takes_roles_and_sessions_away(house: House) -> None:
    admin, other = logged_in(house, Role.ADMIN, "ada"), logged_in(house)
    assert "olga" in admin.get("/users").text
    assert other.get("/users").status_code == 403
    admin.perform("/actions/set-user-role?user=olga&role=viewer")
    assert other.get("/actions").status_code == 403, "it holds for what is open already"
    admin.perform("/actions/end-sessions?user=olga")
    assert other.get("/").status_code == 303
    assert admin.get("/actions/remove-user?user=ada").status_code == 409, "nobody ends itself"
    admin.perform("/actions/remove-user?user=olga")
    assert other.log_in("olga").status_code == 401
