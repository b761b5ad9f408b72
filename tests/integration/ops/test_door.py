"""Logging in to the dashboard, staying in, and getting out."""

from __future__ import annotations

import pytest

from relayer.store.ops_users import Role
from tests.browser_of_operator import PASSWORD, OperatorBrowser, add_user, logged_in
from tests.house import House


def test_who_is_not_logged_in_is_led_to_the_door_and_back(house: House) -> None:
    add_user(house, "vera", Role.VIEWER)
    browser = OperatorBrowser(house)
    led = browser.get("/audit?who=olga")
    assert led.status_code == 303
    assert led.location == "/ops/login?next=/ops/audit?who%3Dolga"
    fields = browser.fields(led.location.removeprefix("/ops"))
    entered = browser.post("/login", fields | {"name": "vera", "password": PASSWORD})
    assert entered.location == "/ops/audit?who=olga"
    assert browser.get("/audit?who=olga").status_code == 200


@pytest.mark.parametrize("name", ["vera", "nobody", "", "VERA", "x" * 1_000, "vera\x00"])
def test_a_wrong_password_and_an_unknown_user_get_the_same_answer(house: House, name: str) -> None:
    add_user(house, "vera", Role.VIEWER)
    browser = OperatorBrowser(house)
    answer = browser.log_in(name, "wrong, wrong, wrong")
    assert answer.status_code == 401
    assert "The name or the password is wrong." in answer.text
    assert browser.get("/").status_code == 303


def test_no_form_leads_to_another_site(house: House) -> None:
    add_user(house, "vera", Role.VIEWER)
    for goal in ("https://evil.example/ops/", "//evil.example/", "/ops/\\evil", "/v1/config", ""):
        browser = OperatorBrowser(house)
        fields = browser.fields("/login") | {"next": goal}
        entered = browser.post("/login", fields | {"name": "vera", "password": PASSWORD})
        assert entered.location == "/ops/"


def test_a_token_that_was_planted_before_the_login_opens_nothing(house: House) -> None:
    add_user(house, "vera", Role.VIEWER)
    browser = OperatorBrowser(house)
    browser.client.set_cookie("relayer-ops", "ab" * 32)
    assert browser.log_in("vera").status_code == 303
    thief = OperatorBrowser(house)
    thief.client.set_cookie("relayer-ops", "ab" * 32)
    assert thief.get("/").status_code == 303
    assert browser.get("/").status_code == 200


def test_a_login_from_a_page_that_is_not_ours_is_refused(house: House) -> None:
    add_user(house, "vera", Role.VIEWER)
    browser = OperatorBrowser(house)
    fields = browser.fields("/login") | {"name": "vera", "password": PASSWORD}
    assert browser.post("/login", fields | {"_token": "0" * 64}).status_code == 403
    crossed = browser.post("/login", fields, headers={"Sec-Fetch-Site": "cross-site"})
    assert crossed.status_code == 403
    assert browser.get("/").status_code == 303


def test_logging_out_ends_the_session_itself(house: House) -> None:
    browser = logged_in(house)
    cookie = browser.client.get_cookie("relayer-ops")
    assert cookie is not None
    assert browser.post("/logout", browser.fields("/")).status_code == 303
    browser.client.set_cookie("relayer-ops", cookie.value)
    assert browser.get("/").status_code == 303


def test_the_cookie_is_for_this_site_and_not_for_scripts(house: House) -> None:
    cookie = OperatorBrowser(house).get("/login").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Secure" not in cookie, "over plain HTTP on this machine it would not come back"


def test_pages_forbid_frames_copies_and_whatever_is_not_theirs(house: House) -> None:
    page = OperatorBrowser(house).get("/login")
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["Cache-Control"] == "no-store"
    assert "<style" not in page.text
    assert " style=" not in page.text
    assert '<script type="module" src=' in page.text
