"""From where the dashboard can be reached, and under which names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from werkzeug.datastructures import Headers

from relayer.errors import SettingsError
from relayer.ops.access.reach import Reach
from relayer.settings import Settings
from tests.browser_of_operator import OperatorBrowser
from tests.house import House

PROXIED: dict[str, Any] = {
    "trusted_proxies": ("127.0.0.1",),
    "public_url": "https://house.example",
    "ops_from": ("203.0.113.7", "2001:db8::/32"),
}


def is_open(settings: dict[str, Any], peer: str = "127.0.0.1", **headers: str) -> bool:
    """Whether a request from somewhere reaches the dashboard."""
    named = {"Host": "localhost"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return Reach(Settings(**settings)).is_open(peer, Headers(named))


@pytest.mark.parametrize(
    ("expected", "peer", "headers"),
    [
        (True, "127.0.0.1", {}),
        (True, "127.0.0.1", {"Host": "127.0.0.1:8080"}),
        (True, "::1", {"Host": "[::1]:8080"}),
        (False, "192.0.2.1", {}),
        (False, "127.0.0.1", {"Host": "house.example"}),
        (False, "127.0.0.1", {"Host": "localhost.evil.example"}),
        (False, "127.0.0.1", {"Host": "[::1"}),
        (False, "127.0.0.1", {"Host": "192.0.2.1"}),
        (False, "127.0.0.1", {"X_Forwarded_For": "127.0.0.1"}),
        (False, "127.0.0.1", {"Forwarded": "for=127.0.0.1"}),
        (False, "127.0.0.1", {"Via": "1.1 somebody"}),
        (False, "", {}),
    ],
)
def test_by_default_only_this_machine_reaches_it(
    expected: bool, peer: str, headers: dict[str, str]
) -> None:
    assert is_open({}, peer, **headers) == expected


def test_a_dashboard_that_is_switched_off_is_nowhere(tmp_path: Path) -> None:
    house = House(tmp_path, ops=False)
    assert OperatorBrowser(house).get("/login").status_code == 404
    house.close()


@pytest.mark.parametrize(
    "settings",
    [
        {"public_url": "https://house.example"},
        {"trusted_proxies": ("10.0.0.1",)},
        {"host": "0.0.0.0"},  # noqa: S104
    ],
)
def test_where_a_proxy_is_set_up_nobody_reaches_it_until_the_operator_says_who(
    settings: dict[str, Any],
) -> None:
    assert not is_open(settings)


@pytest.mark.parametrize(
    ("expected", "peer", "headers"),
    [
        (True, "10.1.2.3", {"Host": "10.0.0.5:8080"}),
        (False, "10.1.2.3", {"Host": "rebound.example"}),
        (False, "10.1.2.3", {"Host": "10.0.0.5", "X_Forwarded_For": "10.1.2.3"}),
        (False, "11.1.2.3", {"Host": "10.0.0.5:8080"}),
        (False, "127.0.0.1", {}),
        (True, "::ffff:10.1.2.3", {"Host": "10.0.0.5:8080"}),
    ],
)
def test_a_network_reaches_it_when_it_is_named(
    expected: bool, peer: str, headers: dict[str, str]
) -> None:
    settings = {"host": "0.0.0.0", "ops_from": ("10.0.0.0/8",)}  # noqa: S104
    assert is_open(settings, peer, **headers) == expected


@pytest.mark.parametrize(
    ("expected", "peer", "forwarded"),
    [
        (True, "127.0.0.1", "203.0.113.7"),
        (True, "127.0.0.1", "198.51.100.1, 203.0.113.7"),
        (True, "127.0.0.1", "2001:db8::17"),
        (False, "127.0.0.1", "198.51.100.1"),
        (False, "127.0.0.1", "203.0.113.7, 198.51.100.1"),
        (False, "127.0.0.1", "nonsense"),
        (False, "192.0.2.1", "203.0.113.7"),
    ],
)
def test_behind_a_proxy_what_the_proxy_says_counts_and_nothing_else(
    expected: bool, peer: str, forwarded: str
) -> None:
    headers = {"Host": "house.example", "X_Forwarded_For": forwarded}
    assert is_open(PROXIED, peer, **headers) == expected


def test_a_proxy_that_does_not_say_for_whom_it_asks_reaches_nothing() -> None:
    assert not is_open(PROXIED, Host="house.example")
    assert not is_open(PROXIED, Host="house.example", Via="1.1 nginx")


def test_the_name_of_operators_may_be_another_than_that_of_players() -> None:
    settings = {**PROXIED, "ops_url": "https://ops.example"}
    forwarded = {"X_Forwarded_For": "203.0.113.7"}
    assert is_open(settings, Host="ops.example", **forwarded)
    assert not is_open(settings, Host="house.example", **forwarded)


def test_over_https_the_cookie_stays_with_https_and_this_host(tmp_path: Path) -> None:
    house = House(tmp_path, **PROXIED)
    answer = OperatorBrowser(house).get(
        "/login", headers={"Host": "house.example", "X-Forwarded-For": "203.0.113.7"}
    )
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-relayer-ops=")
    assert "Secure" in cookie
    assert "Path=/;" in cookie
    house.close()


def test_whoever_does_not_reach_it_learns_nothing_of_it(house: House) -> None:
    browser, elsewhere = OperatorBrowser(house), {"REMOTE_ADDR": "192.0.2.1"}
    for path in ("/login", "/", "/audit", "/static/ops.css", "/no-such-page"):
        assert browser.get(path, environ_overrides=elsewhere).status_code == 404


def test_what_is_no_network_is_said_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="ops_from holds 'office'"):
        House(tmp_path, ops_from=("office",))
