"""Liveness, readiness with the failing part named, and the page of three sentences."""

from __future__ import annotations

from pathlib import Path

import pytest

from relayer.store.chain_state import Heartbeat
from tests.house import House, assert_problem


def failing_parts(house: House) -> list[str]:
    problem = assert_problem(house.http.get("/readyz"), 503, "not-ready")
    parts: list[str] = problem["failing"]
    return parts


def test_a_house_with_all_its_parts_is_ready(house: House) -> None:
    response = house.http.get("/readyz")
    assert response.status_code == 200
    parts = response.get_json()["parts"]
    assert parts == dict.fromkeys(
        ("store", "deployment", "worker", "node", "signers", "intake"), "ok"
    )


def test_a_silent_worker_is_named(house: House) -> None:
    house.clock.advance(house.settings.heartbeat_stale_s + 1)
    assert failing_parts(house) == ["worker", "node", "signers"]


def test_a_worker_that_never_ran_is_named(house: House) -> None:
    with house.store.transaction() as connection:
        connection.execute("DELETE FROM chain_state WHERE key = 'heartbeat'")
    assert failing_parts(house) == ["worker", "node", "signers"]


def test_a_node_that_does_not_answer_is_named_with_its_reason(house: House) -> None:
    now = house.clock.now()
    house.store.chain_state.write_heartbeat(
        Heartbeat(now, now, "test:1", node_reachable=False, detail="connection refused")
    )
    problem = assert_problem(house.http.get("/readyz"), 503, "not-ready")
    assert problem["failing"] == ["node"]
    assert "connection refused" in problem["detail"]


def test_a_store_that_cannot_be_read_is_named(house: House) -> None:
    with house.store.transaction() as connection:
        connection.execute("DROP TABLE totals")
    assert "store" in failing_parts(house)


def test_a_missing_deployment_is_named_and_found_once_it_is_there(tmp_path: Path) -> None:
    house = House(tmp_path)
    content = house.settings.deployment.read_text()
    house.settings.deployment.unlink()
    assert failing_parts(house) == ["deployment"]
    for path in ("/v1/config", "/v1/models/0x12"):
        assert_problem(house.http.get(path), 503, "chain-unavailable")
    house.settings.deployment.write_text(content)
    assert house.http.get("/readyz").status_code == 200
    assert house.http.get("/v1/config").status_code == 200
    house.close()


def test_alive_says_nothing_about_the_rest(house: House) -> None:
    house.clock.advance(10_000)
    assert house.http.get("/healthz").get_json() == {"alive": True}


@pytest.mark.parametrize(
    ("tank", "door", "sentence"),
    [
        ({}, "contributions are being accepted", "The tank holds money for the players."),
        ({"available_wei": 0}, "closed for a moment", "The tank is empty."),
        ({"paused": True}, "closed for a moment", "The sponsor has paused spending."),
    ],
)
def test_the_status_page_says_three_sentences(
    house: House, tank: dict[str, int], door: str, sentence: str
) -> None:
    house.send(house.contribution())
    house.open_doors(**tank)
    response = house.http.get("/status")
    page = response.get_data(as_text=True)
    assert page.count("<p>") == 3
    assert door in page
    assert "1 contribution waits to be sent." in page
    assert sentence in page
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_the_status_page_of_a_closed_house_says_so(house: House) -> None:
    house.clock.advance(10_000)
    assert "closed for a moment" in house.http.get("/status").get_data(as_text=True)


def test_the_status_page_says_closed_while_the_node_cannot_be_reached(house: House) -> None:
    now = house.clock.now()
    house.store.chain_state.write_heartbeat(
        Heartbeat(now, now, "test:1", node_reachable=False, detail="connection refused")
    )
    assert "closed for a moment" in house.http.get("/status").get_data(as_text=True)
