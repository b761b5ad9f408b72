"""What the line about a request tells of what it was about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.test import Client, TestResponse

from relayer.client import issue_play_ticket
from relayer.limits import GameKey, KeyToken, Scope
from relayer.logs import ACCESS_FACTS
from relayer.store.players import PlayerSnapshot
from tests.chain import Player
from tests.house import DOMAIN, House

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


@pytest.fixture
def talkative(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path, log_format="json")
    yield house
    house.close()


def ask(
    house: House, method: str, path: str, **arguments: Any
) -> tuple[TestResponse, dict[str, Any]]:
    """Send a request; returns the answer and what the log is told."""
    answer, facts = leave(house, method, path, **arguments)
    return answer, dict(facts())


def leave(house: House, method: str, path: str, **arguments: Any) -> tuple[TestResponse, Any]:
    """Send a request; returns the answer and what waits for the log."""
    left: list[Any] = []

    def listen(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = house.app.wsgi_app(environ, start_response)
        left.append(environ.get(ACCESS_FACTS, dict))
        return answer

    answer = Client(listen).open(path, method=method, **arguments)
    return answer, left[0]


def send(house: House, *signed: dict[str, Any]) -> tuple[TestResponse, dict[str, Any]]:
    body = signed[0] if len(signed) == 1 else {"contributions": list(signed)}
    return ask(house, "POST", "/v1/contributions", json=body)


def test_what_was_accepted_is_named_with_whose_it_is(talkative: House) -> None:
    signer = Player(1, DOMAIN)
    accepted, told = send(talkative, talkative.contribution(signer))
    player = signer.address
    assert told == {"contribution": accepted.get_json()["id"], "player": player}
    talkative.store.players.write([PlayerSnapshot(player, 0, 0, 10**18, 1.0)])
    body = talkative.withdrawal(signer)
    withdrawn, told = ask(talkative, "POST", "/v1/withdrawals", json=body)
    assert told == {"withdrawal": withdrawn.get_json()["id"], "player": player}
    _, told = ask(talkative, "GET", accepted.headers["Location"])
    assert told == {"contribution": accepted.get_json()["id"]}


def test_of_a_list_numbers_are_told_and_few_ids(talkative: House) -> None:
    answer, told = send(talkative, talkative.contribution(1), talkative.contribution(2, label=99))
    (accepted, _) = answer.get_json()["results"]
    assert told == {
        "accepted": 1,
        "refused": 1,
        "code": "label-out-of-range",
        "contributions": [accepted["contribution"]["id"]],
    }
    many = [talkative.contribution(number, nonce=2) for number in range(1, 7)]
    assert send(talkative, *many)[1] == {"accepted": 6, "refused": 0}


def test_a_list_does_not_wait_for_the_log_with_all_that_it_held(talkative: House) -> None:
    many = [talkative.contribution(number) for number in range(1, 7)]
    _, facts = leave(talkative, "POST", "/v1/contributions", json={"contributions": many})
    assert {"accepted": 6, "refused": 0} in facts.args
    assert "signature" not in repr(facts.args)


def test_a_refusal_tells_its_code_wherever_it_happens(talkative: House) -> None:
    _, told = send(talkative, talkative.contribution(label=99))
    assert told == {"code": "label-out-of-range"}
    for path in ("/v1/contributions/0x12", "/v1/nothing", "/nowhere"):
        assert ask(talkative, "GET", path)[1] == {"code": "not-found"}


def test_nothing_that_proves_something_is_told(talkative: House) -> None:
    key, now = KeyToken.mint(), talkative.clock.now()
    game = GameKey(key.id, "Hunch", frozenset({Scope.SUBMIT}), created_at=now)
    talkative.store.game_keys.create(game, key)
    ticket = issue_play_ticket(key.reveal(), "round", now=talkative.clock.now)
    signed = talkative.contribution()
    authorized = {"Authorization": f"Bearer {key.reveal()}"}
    for headers in (authorized, {"Play-Ticket": ticket}):
        answer, told = ask(talkative, "POST", "/v1/contributions", json=signed, headers=headers)
        assert answer.status_code < 300
        assert told["game"] == key.id
        for secret in (key.reveal(), ticket, signed["signature"], signed["message"]["sample"]):
            assert secret not in str(told)


def test_a_quiet_house_collects_nothing(house: House) -> None:
    assert send(house, house.contribution())[1] == {}
    assert ask(house, "GET", f"/v1/contributions/0x{'12' * 32}")[1] == {"code": "not-found"}
