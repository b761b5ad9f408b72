"""Idempotency-Key: the same answer for the same request, and nothing stored without acceptance."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from relayer.store.key_locks import KeyLocks
from relayer.store.players import PlayerSnapshot
from tests.chain import Player
from tests.house import DOMAIN, House, assert_problem

KEY = "4f1c7f0e-8f60-4c3e-b3b6-5f9c7f0e8f60"

HOLDER = """
import sys
from pathlib import Path
from relayer.store.key_locks import KeyLocks
with KeyLocks(Path(sys.argv[1])).hold(sys.argv[2]) as held:
    print(held, flush=True)
    sys.stdin.read()
"""


def send(house: House, body: dict[str, Any], key: str = KEY, **headers: str) -> TestResponse:
    return house.http.post(
        "/v1/contributions", json=body, headers={"Idempotency-Key": key} | headers
    )


def kept(house: House) -> int:
    with house.store.transaction() as connection:
        return int(connection.execute("SELECT count(*) FROM kept_answers").fetchone()[0])


def test_a_repeated_request_gets_the_same_answer_word_for_word(house: House) -> None:
    body = house.contribution()
    first = send(house, body)
    house.store.contributions.cancel(first.get_json()["id"], 5.0)
    again = send(house, body)
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.data == first.data
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert house.stored() == 1


def test_a_key_in_quotes_is_the_same_key(house: House) -> None:
    body = house.contribution()
    send(house, body)
    assert send(house, body, f'"{KEY}"').headers["Idempotency-Replayed"] == "true"


def test_the_same_key_for_something_else_is_refused(house: House) -> None:
    send(house, house.contribution(1))
    assert_problem(send(house, house.contribution(2)), 422, "idempotency-key-reused")
    assert house.stored() == 1


def test_another_caller_or_another_route_may_choose_the_same_key(house: House) -> None:
    player = Player(1, DOMAIN)
    house.store.players.write([PlayerSnapshot(player.address, 0, 0, 10**18, house.clock.now())])
    send(house, house.contribution(player))
    others = send(house, house.contribution(2), Authorization="Bearer other")
    assert others.status_code in (202, 401)
    withdrawal = house.http.post(
        "/v1/withdrawals", json=house.withdrawal(player), headers={"Idempotency-Key": KEY}
    )
    assert withdrawal.status_code == 202


def test_a_repeated_withdrawal_gets_the_same_answer(house: House) -> None:
    player = Player(1, DOMAIN)
    house.store.players.write([PlayerSnapshot(player.address, 0, 0, 10**18, house.clock.now())])
    body, headers = house.withdrawal(player), {"Idempotency-Key": KEY}
    first = house.http.post("/v1/withdrawals", json=body, headers=headers)
    again = house.http.post("/v1/withdrawals", json=body, headers=headers)
    assert (again.status_code, again.data) == (202, first.data)


def test_a_refused_request_leaves_its_key_free(house: House) -> None:
    house.open_doors(available_wei=0)
    body = house.contribution()
    assert_problem(send(house, body), 503, "tank-empty")
    assert kept(house) == 0
    house.open_doors()
    answer = send(house, body)
    assert answer.status_code == 202
    assert "Idempotency-Replayed" not in answer.headers


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"contributions": [1, 2]}'])
def test_rubbish_stores_nothing(house: House, body: bytes) -> None:
    for number in range(3):
        headers = {"Idempotency-Key": f"rubbish-{number}", "Content-Type": "application/json"}
        house.http.post("/v1/contributions", data=body, headers=headers)
    assert kept(house) == 0


def test_a_list_is_kept_when_all_of_it_was_accepted(house: House) -> None:
    body = {"contributions": [house.contribution(1), house.contribution(2)]}
    first = send(house, body)
    assert send(house, body).data == first.data


def test_a_list_of_which_something_was_refused_is_looked_at_anew(house: House) -> None:
    late = house.contribution(2, trainer=house.deployment.trainers[1].address, features=(5000,))
    body = {"contributions": [house.contribution(1), late]}
    assert [result["status"] for result in send(house, body).get_json()["results"]] == [202, 422]
    assert [result["status"] for result in send(house, body).get_json()["results"]] == [200, 422]
    assert kept(house) == 0


def test_what_was_accepted_before_is_not_kept_under_ever_new_keys(house: House) -> None:
    body = house.contribution()
    for number in range(5):
        send(house, body, f"key-{number}")
    assert kept(house) == 1


def test_a_key_is_forgotten_after_its_time(house: House) -> None:
    body = house.contribution()
    send(house, body)
    house.clock.advance(house.settings.idempotency_keep_s + 1)
    house.open_doors()
    assert send(house, body).status_code == 200
    send(house, house.contribution(2), "another")
    assert kept(house) == 1


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, '"', '"a', 'a"b', '""', "ä", "a\\b"])
def test_a_key_that_is_none_is_refused(house: House, key: str) -> None:
    answer = send(house, house.contribution(), key.encode().decode("latin-1"))
    assert_problem(answer, 400, "idempotency-key-malformed")
    assert house.stored() == 0


def test_a_second_request_while_the_first_is_answered_is_told_to_come_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    body, answers = house.contribution(), list[TestResponse]()
    inside, go_on, look = threading.Event(), threading.Event(), house.store.kept_answers.get

    def look_slowly(*arguments: Any) -> Any:
        inside.set()
        assert go_on.wait(30)
        return look(*arguments)

    monkeypatch.setattr(house.store.kept_answers, "get", look_slowly)
    first = threading.Thread(target=lambda: answers.append(send(house, body)))
    first.start()
    assert inside.wait(30)
    problem = assert_problem(send(house, body), 409, "idempotency-key-in-flight")
    assert problem["retryable"]
    go_on.set()
    first.join(30)
    assert [answer.status_code for answer in answers] == [202]
    assert send(house, body).headers["Idempotency-Replayed"] == "true"


def test_an_answer_that_cannot_be_kept_is_given_all_the_same(house: House) -> None:
    with house.store.transaction() as connection:
        connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON kept_answers "
            "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        )
    body = house.contribution()
    assert send(house, body).status_code == 202
    assert send(house, body).status_code == 200


@contextmanager
def holder(database: Path, key: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that tries to hold a key."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(database), key],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_a_key_is_held_across_processes_and_given_back_by_a_kill(tmp_path: Path) -> None:
    database = tmp_path / "relayer.db"
    locks = KeyLocks(database)
    with holder(database, "key") as other:
        assert said(other) == "True"
        with locks.hold("key") as held, locks.hold("another key") as another:
            assert (held, another) == (False, True)
        other.kill()
        other.wait(30)
        with locks.hold("key") as held:
            assert held
            with holder(database, "key") as third:
                assert said(third) == "False"
    locks.close()


def test_threads_of_one_process_do_not_share_a_key(tmp_path: Path) -> None:
    locks = KeyLocks(tmp_path / "relayer.db")
    with locks.hold("key") as first:
        with locks.hold("key") as second:
            assert (first, second) == (True, False)
        # Being refused a key does not give it back.
        with locks.hold("key") as third:
            assert not third
    with locks.hold("key") as fourth:
        assert fourth
    locks.close()
