"""From where the dashboard can be reached, and under which names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from relayer.errors import SettingsError
from relayer.settings import Settings
from tests.browser_of_operator import OperatorBrowser
from tests.house import House

PROXIED: dict[str, Any] = {
    "trusted_proxies": ("127.0.0.1",),
    "public_url": "https://house.example",
    "ops_from": ("203.0.113.7", "2001:db8::/32"),
}


def status(
    tmp_path: Path, settings: dict[str, Any], peer: str = "127.0.0.1", **headers: str
) -> int:
    """What the door answers to a request from somewhere."""
    tmp_path.mkdir(exist_ok=True)
    house = House(tmp_path, **settings)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    browser = OperatorBrowser(house)
    answer = browser.get("/login", headers=named, environ_overrides={"REMOTE_ADDR": peer})
    house.close()
    return answer.status_code


@pytest.mark.parametrize(
    ("expected", "peer", "headers"),
    [
        (200, "127.0.0.1", {}),
        (200, "127.0.0.1", {"Host": "127.0.0.1:8080"}),
        (200, "::1", {"Host": "[::1]:8080"}),
        (404, "192.0.2.1", {}),
        (404, "127.0.0.1", {"Host": "house.example"}),
        (404, "127.0.0.1", {"Host": "localhost.evil.example"}),
        (404, "127.0.0.1", {"Host": "[::1"}),
        (404, "127.0.0.1", {"Host": "192.0.2.1"}),
        (404, "127.0.0.1", {"X_Forwarded_For": "127.0.0.1"}),
        (404, "127.0.0.1", {"Forwarded": "for=127.0.0.1"}),
        (404, "127.0.0.1", {"Via": "1.1 somebody"}),
        (404, "", {}),
    ],
)
def test_by_default_only_this_machine_reaches_it(
    tmp_path: Path, expected: int, peer: str, headers: dict[str, str]
) -> None:
    assert status(tmp_path, {}, peer, **headers) == expected


@pytest.mark.parametrize(
    "settings",
    [
        {"public_url": "https://house.example"},
        {"trusted_proxies": ("10.0.0.1",)},
        {"host": "0.0.0.0"},  # noqa: S104
        {"ops": False},
    ],
)
def test_where_a_proxy_is_set_up_nobody_reaches_it_until_the_operator_says_who(
    tmp_path: Path, settings: dict[str, Any]
) -> None:
    assert status(tmp_path, settings) == 404


@pytest.mark.parametrize(
    ("expected", "peer", "headers"),
    [
        (200, "10.1.2.3", {"Host": "10.0.0.5:8080"}),
        (404, "10.1.2.3", {"Host": "rebound.example"}),
        (404, "10.1.2.3", {"Host": "10.0.0.5", "X_Forwarded_For": "10.1.2.3"}),
        (404, "11.1.2.3", {"Host": "10.0.0.5:8080"}),
        (404, "127.0.0.1", {}),
        (200, "::ffff:10.1.2.3", {"Host": "10.0.0.5:8080"}),
    ],
)
def test_a_network_reaches_it_when_it_is_named(
    tmp_path: Path, expected: int, peer: str, headers: dict[str, str]
) -> None:
    settings = {"host": "0.0.0.0", "ops_from": ("10.0.0.0/8",)}  # noqa: S104
    assert status(tmp_path, settings, peer, **headers) == expected


@pytest.mark.parametrize(
    ("expected", "peer", "forwarded"),
    [
        (200, "127.0.0.1", "203.0.113.7"),
        (200, "127.0.0.1", "198.51.100.1, 203.0.113.7"),
        (200, "127.0.0.1", "2001:db8::17"),
        (404, "127.0.0.1", "198.51.100.1"),
        (404, "127.0.0.1", "203.0.113.7, 198.51.100.1"),
        (404, "127.0.0.1", "nonsense"),
        (404, "192.0.2.1", "203.0.113.7"),
    ],
)
def test_behind_a_proxy_what_the_proxy_says_counts_and_nothing_else(
    tmp_path: Path, expected: int, peer: str, forwarded: str
) -> None:
    headers = {"Host": "house.example", "X_Forwarded_For": forwarded}
    assert status(tmp_path, PROXIED, peer, **headers) == expected


def test_a_proxy_that_does_not_say_for_whom_it_asks_reaches_nothing(tmp_path: Path) -> None:
    assert status(tmp_path, PROXIED, Host="house.example") == 404
    assert status(tmp_path / "b", PROXIED, Host="house.example", Via="1.1 nginx") == 404


def test_the_name_of_operators_may_be_another_than_that_of_players(tmp_path: Path) -> None:
    settings = {**PROXIED, "ops_url": "https://ops.example"}
    forwarded = {"X_Forwarded_For": "203.0.113.7"}
    assert status(tmp_path, settings, Host="ops.example", **forwarded) == 200
    assert status(tmp_path / "b", settings, Host="house.example", **forwarded) == 404


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
    assert Settings().ops_from == ()
