"""Every failure is problem details, wherever it happens."""

from __future__ import annotations

import logging

import pytest
from flask import Flask, Response

from relayer import Relayer
from relayer.clock import ManualClock
from tests.house import House, assert_problem


@pytest.mark.parametrize("path", ["/", "/nothing", "/v1", "/v1/", "/v1/nothing", "/v1/players/"])
def test_an_unknown_address_is_a_problem(house: House, path: str) -> None:
    assert_problem(house.http.get(path), 404, "not-found")


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("PUT", "/v1/config", "GET, HEAD, OPTIONS"),
        ("POST", "/v1/config", "GET, HEAD, OPTIONS"),
        ("PATCH", "/v1/contributions", "GET, HEAD, OPTIONS, POST"),
        ("POST", "/v1/contributions/0x12", "DELETE, GET, HEAD, OPTIONS"),
        ("DELETE", "/healthz", "GET, HEAD, OPTIONS"),
    ],
)
def test_an_unknown_method_is_a_problem_and_tells_the_known_ones(
    house: House, method: str, path: str, allow: str
) -> None:
    response = house.http.open(path, method=method)
    assert_problem(response, 405, "method-not-allowed")
    assert response.headers["Allow"] == allow


def test_a_method_that_no_address_knows_is_a_problem(house: House) -> None:
    assert_problem(house.http.open("/v1/config", method="BREW"), 405, "method-not-allowed")


def test_a_defect_is_a_problem_with_an_id_that_the_log_knows(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    with house.store.transaction() as connection:
        connection.execute("DROP TABLE chain_state")
    with caplog.at_level(logging.ERROR):
        problem = assert_problem(house.http.get("/v1/config"), 500, "internal-error")
    assert problem["retryable"]
    assert problem["request_id"] in caplog.text
    assert "chain_state" not in problem["detail"]


def test_the_clients_own_request_id_is_kept(house: House) -> None:
    response = house.http.get("/healthz", headers={"X-Request-Id": "round-7.a_b"})
    assert response.headers["X-Request-Id"] == "round-7.a_b"


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "<script>"])
def test_a_request_id_that_is_no_slug_is_replaced(house: House, given: str) -> None:
    response = house.http.get("/v1/nothing", headers={"X-Request-Id": given})
    assert response.headers["X-Request-Id"] != given
    assert_problem(response, 404, "not-found")


def test_retryable_problems_tell_when_to_come_back(house: House) -> None:
    house.open_doors(available_wei=0)
    response = house.send(house.contribution())
    assert response.headers["Retry-After"] == "5"


def test_problems_point_to_the_public_address(house: House) -> None:
    problem = house.http.get("/v1/nothing", base_url="https://play.example").get_json()
    assert problem["type"] == "https://play.example/docs/errors#not-found"
    anchor = house.http.get("/docs/errors").get_data(as_text=True)
    assert '<section id="not-found">' in anchor


def test_browsers_of_other_origins_may_call_the_api(house: House) -> None:
    preflight = house.http.options("/v1/contributions")
    assert preflight.status_code == 204
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in preflight.headers["Access-Control-Allow-Headers"]
    for response in (house.http.get("/v1/config"), house.http.get("/v1/nothing")):
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.fixture
def host(house: House) -> Flask:
    """A game's own app with its own error page, and the relayer as its guest."""
    host = Flask("game")

    @host.errorhandler(404)
    def lost(error: Exception) -> Response:
        return Response("lost in the game", 404)

    @host.get("/")
    def index() -> str:
        return "the game"

    guest = Relayer(house.settings, ManualClock())
    guest.init_app(host, url_prefix="/relayer")
    return host


def test_a_guest_answers_below_its_prefix_and_links_there(house: House, host: Flask) -> None:
    response = host.test_client().post("/relayer/v1/contributions", json=house.contribution())
    assert response.status_code == 202
    assert response.get_json()["links"]["self"].startswith("/relayer/v1/contributions/0x")
    assert host.test_client().get(response.headers["Location"]).status_code == 200


def test_a_guest_keeps_its_problems_and_the_host_its_pages(host: Flask) -> None:
    client = host.test_client()
    problem = assert_problem(client.get("/relayer/v1/nothing"), 404, "not-found")
    assert problem["type"].endswith("/relayer/docs/errors#not-found")
    assert_problem(client.put("/relayer/v1/config"), 405, "method-not-allowed")
    assert client.get("/nothing").get_data(as_text=True) == "lost in the game"
    assert client.get("/").get_data(as_text=True) == "the game"
    assert "X-Request-Id" not in client.get("/").headers
