"""The short way of an accepted contribution: whoever sends one cannot tell that there are two."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from relayer.api import express
from relayer.api.express import ExpressLane
from relayer.limits.keys import KeyToken
from tests.house import House

OF_ONE_REQUEST = {"X-Request-Id"}


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, House]]:
    """Two houses alike; in front of the second one's framework there is nothing."""
    both = House(tmp_path_factory.mktemp("short")), House(tmp_path_factory.mktemp("long"))
    lane = both[1].app.wsgi_app
    assert isinstance(lane, ExpressLane)
    setattr(both[1].app, "wsgi_app", lane._application)  # noqa: B010 - a method, to mypy
    for house in both:
        house.open_doors()
    yield both
    for house in both:
        house.close()


def answers(houses: tuple[House, ...], body: Any, **more: Any) -> list[TestResponse]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"X-Request-Id": "alike", **more.pop("headers", {})}
    asked = {"data": data, "content_type": "application/json", "headers": headers, **more}
    return [Client(house.app).post("/v1/contributions", **asked) for house in houses]


def told(response: TestResponse) -> tuple[int, dict[str, str], Any]:
    headers = {name: value for name, value in response.headers if name not in OF_ONE_REQUEST}
    body = response.get_json()
    if isinstance(body, dict):
        body.pop("request_id", None)
    headers.pop("Content-Length")
    return response.status_code, headers, body


def assert_alike(houses: tuple[House, House], body: Any, status: int, **more: Any) -> None:
    stored = [house.stored() for house in houses]
    short, long = (told(each) for each in answers(houses, body, **more))
    assert short == long
    assert short[0] == status
    added = [house.stored() - before for house, before in zip(houses, stored, strict=True)]
    assert added == [int(status == 202)] * 2


def test_an_acceptance_is_answered_in_front_of_the_framework(
    houses: tuple[House, House], monkeypatch: pytest.MonkeyPatch
) -> None:
    lane = houses[0].app.wsgi_app
    monkeypatch.setattr(lane, "_application", None)
    # The other one too: both networks have as much left then.
    response, _ = answers(houses, houses[0].contribution(player=2))
    assert response.status_code == 202


def test_an_acceptance_is_told_alike(houses: tuple[House, House]) -> None:
    assert_alike(houses, houses[0].contribution(player=3), 202)


def test_what_was_accepted_before_is_told_alike(houses: tuple[House, House]) -> None:
    body = houses[0].contribution(player=4)
    assert_alike(houses, body, 202)
    assert_alike(houses, body, 200)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"nonce": 2**32}, 422),
        ({"label": 400}, 422),
        ({"deadline": 1}, 422),
        ({"max_fee_gwei": 1}, 422),
    ],
)
def test_a_refusal_is_told_alike(
    houses: tuple[House, House], changes: dict[str, Any], status: int
) -> None:
    body = houses[0].contribution(**{k: v for k, v in changes.items() if k != "nonce"})
    body["message"] |= {"nonce": 2**32} if "nonce" in changes else {}
    assert_alike(houses, body, status)


@pytest.mark.parametrize(
    ("body", "more", "status"),
    [
        (b"", {}, 400),
        (b"{", {}, 400),
        (b"[]", {}, 422),
        (b"1", {}, 422),
        (b'{"contributions": []}', {}, 422),
        (b"[" * 40 + b"]" * 40, {}, 400),
        (b"\xff\xfe", {}, 400),
        (b"{}", {"content_type": "text/plain"}, 415),
        (b"{}", {"query_string": "wait=1"}, 422),
        (b"{}", {"headers": {"Idempotency-Key": ""}}, 400),
        (b"{}", {"headers": {"Authorization": "Bearer no"}}, 401),
        (b"{}", {"headers": {"Play-Ticket": "no"}}, 403),
        (b" " * 300_000, {}, 413),
    ],
)
def test_garbage_is_told_alike(
    houses: tuple[House, House], body: bytes, more: dict[str, Any], status: int
) -> None:
    responses = answers(houses, body, **more)
    assert told(responses[0]) == told(responses[1])
    assert responses[0].status_code == status


def test_a_refusal_is_examined_once(
    houses: tuple[House, House], monkeypatch: pytest.MonkeyPatch
) -> None:
    house = houses[0]
    counter = house.app.wsgi_app._service.counter  # type: ignore[attr-defined]
    asked: list[Any] = []
    submit = counter.contributions.submit

    def note(*given: Any) -> Any:
        asked.append(given)
        return submit(*given)

    monkeypatch.setattr(counter.contributions, "submit", note)
    assert house.send(house.contribution(deadline=1)).status_code == 422
    assert len(asked) == 1


def test_a_defect_is_told_as_one_and_met_once(
    houses: tuple[House, House], monkeypatch: pytest.MonkeyPatch
) -> None:
    met: list[Any] = []

    def fail(*given: Any) -> None:
        met.append(given)
        raise RuntimeError("a defect")

    lane = houses[0].app.wsgi_app
    intake = lane._service.counter.contributions  # type: ignore[attr-defined]
    monkeypatch.setattr(intake, "submit", fail)
    response = houses[0].send(houses[0].contribution())
    assert (response.status_code, response.get_json()["code"]) == (500, "internal-error")
    assert len(met) == 1


def test_a_defect_in_front_of_the_examination_is_told_as_one(
    houses: tuple[House, House], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise ValueError("a defect")

    for house in houses:
        monkeypatch.setattr(house.relayer.store.game_keys, "find", fail)
    bearer = {"headers": {"Authorization": f"Bearer {KeyToken.mint().reveal()}"}}
    assert_alike(houses, houses[0].contribution(player=5), 500, **bearer)


def test_a_defect_behind_the_acceptance_loses_nothing(
    houses: tuple[House, House], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise ValueError("a defect")

    monkeypatch.setattr(express, "headers_of_all", fail)
    assert_alike(houses, houses[0].contribution(player=6), 202)


class Breaking(io.RawIOBase):
    """A body that stops arriving."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        raise TimeoutError("the body did not arrive in time")


@pytest.mark.parametrize(("stream", "status"), [(io.BytesIO, 400), (Breaking, 408)])
def test_a_body_that_does_not_arrive_whole_is_told_alike(
    houses: tuple[House, House], stream: type[io.IOBase], status: int
) -> None:
    short, long = (
        told(response)
        for house in houses
        for response in answers(
            (house,),
            b"",
            environ_overrides={"wsgi.input": stream(), "CONTENT_LENGTH": "500"},
        )
    )
    assert short == long
    assert short[0] == status
