"""Tokens of programs at the command line, and what they open."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from relayer.cli import main
from relayer.limits import GameKey, KeyToken, Scope
from relayer.store.ops_users import Role
from tests.browser_of_operator import add_user
from tests.house import House, assert_problem


@pytest.fixture(autouse=True)
def real_time(house: House) -> None:
    """The commands read the machine's clock: let the house do so too, roughly."""
    house.clock.advance(2_000_000_000 - house.clock.now())


def call(house: House, *arguments: str) -> Result:
    database = str(house.settings.database)
    return CliRunner().invoke(main, ["ops", "token", *arguments, "--database", database])


def listed(house: House, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return house.http.get("/v1/ops/actions", headers=headers).status_code


def test_a_token_acts_for_its_user_until_it_is_removed(house: House) -> None:
    add_user(house, "olga", Role.OPERATOR)
    token = call(house, "add", "olga", "--purpose", "the pager").output.strip()
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "1"}
    body = {"reason": "nobody answers the pager", "arguments": {"for": "30m"}}
    paused = house.http.post("/v1/ops/actions/pause-sending", json=body, headers=headers)
    assert paused.get_json()["outcome"] == "sending is paused"
    assert "Access-Control-Allow-Origin" not in paused.headers
    entry = house.store.audit.newest(1)[0]
    assert (entry.who, entry.via) == ("olga", "api")
    (row,) = json.loads(call(house, "list", "--json").output)
    assert (row["user_name"], row["purpose"], row["moves_money"]) == ("olga", "the pager", False)
    assert token not in call(house, "list").output
    assert call(house, "remove", row["id"]).exit_code == 0
    assert listed(house, token) == 401
    assert call(house, "remove", row["id"]).exit_code == 1


def test_a_token_may_no_more_than_its_user_may_now(house: House) -> None:
    add_user(house, "olga", Role.ADMIN)
    token = json.loads(call(house, "add", "olga", "--purpose", "x", "--money", "--json").output)
    headers = {"Authorization": f"Bearer {token['token']}"}
    house.store.ops_users.set_role("olga", Role.VIEWER)
    assert house.http.get("/v1/ops/actions", headers=headers).get_json() == {"actions": []}
    house.store.ops_users.remove("olga")
    assert listed(house, token["token"]) == 401


def test_a_token_ends_when_its_time_is_over(house: House) -> None:
    add_user(house, "olga", Role.OPERATOR)
    token = call(house, "add", "olga", "--purpose", "x", "--for", "1h").output.strip()
    house.clock.jump(house.store.ops_tokens.newest()[0].created_at - house.clock.now() + 3_599)
    assert listed(house, token) == 200
    house.clock.advance(2)
    assert listed(house, token) == 401
    assert "until" in call(house, "list").output


def test_nobody_gets_a_token_for_a_user_that_does_not_exist(house: House) -> None:
    assert "there is no user olga" in call(house, "add", "olga", "--purpose", "x").output
    assert "there are no tokens" in call(house, "list").output


def test_a_house_without_a_dashboard_has_no_actions_either(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    house = House(tmp_path_factory.mktemp("plain"), ops=False)
    assert_problem(house.http.get("/v1/ops/actions"), 404, "not-found")
    house.close()


def test_a_secret_that_comes_of_an_action_is_told_to_a_program_once(house: House) -> None:
    add_user(house, "ada", Role.ADMIN)
    token = call(house, "add", "ada", "--purpose", "rotation", "--money").output.strip()
    key = KeyToken.mint()
    house.store.game_keys.create(GameKey(key.id, "Hunch", frozenset({Scope.SUBMIT}), 0.0), key)
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "1"}
    body = {"reason": "every quarter", "arguments": {"key": key.id}}
    answers = [
        house.http.post("/v1/ops/actions/rotate-key", json=body, headers=headers) for _ in range(2)
    ]
    assert answers[0].get_json()["secret"].startswith(f"house_{key.id}_")
    assert answers[0].headers["Cache-Control"] == "no-store"
    assert "secret" not in answers[1].get_json()
