"""Every action of the registry, asked for by who must not: nothing of it has an effect.

A new action is attacked here as soon as it is in the registry.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from relayer.ops.access.tokens import ApiToken
from relayer.ops.actions.framework import Action
from relayer.ops.actions.registry import ACTIONS
from relayer.store.ops_tokens import OpsToken
from relayer.store.ops_users import Role
from tests.browser_of_operator import PASSWORD, OperatorBrowser, add_user
from tests.house import House, assert_problem

EVERY = pytest.mark.parametrize("action", ACTIONS.values(), ids=list(ACTIONS))
#: The pages note these by themselves; none of it is the effect of an action.
NOTES = ("ops_sessions", "ops_login_tries", "probe", "tallies")
NAMES = {Role.ADMIN: "ada", Role.OPERATOR: "olga", Role.VIEWER: "vera"}


@dataclass
class Stage:
    """A house with a user of each role at a browser, and one more to do something to."""

    house: House
    browsers: dict[Role, OperatorBrowser]

    def browser(self, action: Action) -> OperatorBrowser:
        """The browser of somebody who just may."""
        return self.browsers[action.role]

    def form(self, action: Action, **fields: str) -> dict[str, str]:
        """The form of an action, filled in as somebody does who may."""
        token = self.browser(action).fields("/account")["_token"]
        ours = {"_token": token, "_key": "a-key-of-a-form", "_reason": "because"}
        return ours | dict(action.sample) | fields

    def token(self, role: Role, *, moves_money: bool = True) -> str:
        """A token of the user with a role, for a program."""
        minted = ApiToken.mint()
        token = OpsToken(minted.id, NAMES[role], "a test", moves_money, 0.0, None)
        self.house.store.ops_tokens.add(token, minted.secret_hash())
        return minted.reveal()


def build(house: House) -> Stage:
    add_user(house, "victor", Role.VIEWER)
    browsers = {}
    for role, name in NAMES.items():
        add_user(house, name, role)
        browsers[role] = OperatorBrowser(house)
        assert browsers[role].log_in(name).status_code == 303
    return Stage(house, browsers)


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One house for all: attacks change nothing."""
    house = House(tmp_path_factory.mktemp("attacked"))
    yield build(house)
    house.close()


class Undone(Exception):  # noqa: N818 - no error: what a test did is taken back
    """Takes back what happened within a transaction."""


@pytest.fixture
def stage(attacked: Stage) -> Iterator[Stage]:
    """The same house for what has an effect, which is taken back afterwards."""
    now = attacked.house.clock.now()
    with contextlib.suppress(Undone), attacked.house.store.transaction():
        yield attacked
        attacked.house.clock.jump(now - attacked.house.clock.now())
        raise Undone


def contents(house: House) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that is in the store, but for notes and tokens."""
    with house.store.transaction() as connection:
        tables = [
            row["name"]
            for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if row["name"] not in (*NOTES, "ops_tokens")
        ]
        return {
            table: [tuple(row) for row in connection.execute(f"SELECT * FROM {table}")]  # noqa: S608
            for table in tables
        }


@pytest.fixture
def untouched(attacked: Stage) -> Iterator[Stage]:
    """The house, in which nothing must have changed afterwards."""
    before = contents(attacked.house)
    yield attacked
    assert contents(attacked.house) == before


@EVERY
def test_without_a_session_nothing_happens(untouched: Stage, action: Action) -> None:
    stranger = OperatorBrowser(untouched.house)
    fields = untouched.form(action) | {"_token": stranger.fields("/login")["_token"]}
    answer = stranger.post(f"/actions/{action.name}", fields)
    assert (answer.status_code, answer.location) == (303, "/ops/login")


def lesser(action: Action) -> list[Role]:
    """The roles that must not."""
    return [Role.VIEWER] if action.role is Role.OPERATOR else [Role.VIEWER, Role.OPERATOR]


@EVERY
def test_with_a_lesser_role_nothing_happens(untouched: Stage, action: Action) -> None:
    assert action.role is not Role.VIEWER, "who only looks does nothing"
    for role in lesser(action):
        browser = untouched.browsers[role]
        fields = untouched.form(action) | {"_token": browser.fields("/account")["_token"]}
        assert browser.post(f"/actions/{action.name}", fields).status_code == 403
        assert browser.get(f"/actions/{action.name}").status_code == 403


@EVERY
def test_without_this_browsers_own_form_token_nothing_happens(
    untouched: Stage, action: Action
) -> None:
    others = next(each for role, each in untouched.browsers.items() if role is not action.role)
    for token in ("", "0" * 64, "é", others.fields("/account")["_token"]):
        form = untouched.form(action, _token=token)
        answer = untouched.browser(action).post(f"/actions/{action.name}", form)
        assert answer.status_code == 403
        assert "form-not-ours" in answer.text


@EVERY
def test_from_another_site_nothing_happens(untouched: Stage, action: Action) -> None:
    for site in ("cross-site", "same-site"):
        answer = untouched.browser(action).post(
            f"/actions/{action.name}",
            untouched.form(action),
            headers={"Sec-Fetch-Site": site},
        )
        assert answer.status_code == 403


@EVERY
def test_looking_at_it_does_nothing(untouched: Stage, action: Action) -> None:
    answer = untouched.browser(action).get(
        f"/actions/{action.name}", query_string=untouched.form(action)
    )
    assert answer.status_code in (200, 409, 422)
    answer = untouched.browser(action).get(
        f"/actions/{action.name}", query_string=dict(action.sample)
    )
    assert answer.status_code in (200, 409)
    for method in ("PUT", "DELETE", "PATCH"):
        changed = untouched.browser(action).client.open(
            f"/ops/actions/{action.name}", method=method, data=untouched.form(action)
        )
        assert changed.status_code == 404


@EVERY
def test_without_a_reason_or_a_key_nothing_happens(untouched: Stage, action: Action) -> None:
    browser, address = untouched.browser(action), f"/actions/{action.name}"
    for reason in ("", "  \t ", "x" * 501):
        answer = browser.post(address, untouched.form(action, _reason=reason))
        assert answer.status_code in (409, 422)
    assert browser.post(address, untouched.form(action, _key="")).status_code == 400


MONEY = [action for action in ACTIONS.values() if action.needs_confirmation]


@pytest.mark.parametrize("action", MONEY, ids=[action.name for action in MONEY])
def test_with_a_password_of_some_time_ago_nothing_happens(stage: Stage, action: Action) -> None:
    house, browser = stage.house, stage.browser(action)
    form = stage.form(action)
    before = contents(house)
    house.clock.advance(house.settings.ops_confirmation_s + 1)
    unconfirmed = browser.post(f"/actions/{action.name}", form)
    assert unconfirmed.status_code in (403, 409)
    wrong = browser.post(f"/actions/{action.name}", form | {"_password": "a guess, a guess"})
    assert wrong.status_code in (401, 409)
    assert contents(house) == before
    again = browser.post(f"/actions/{action.name}", form | {"_password": PASSWORD})
    assert again.status_code in (303, 409), "with the right one it goes on"


def test_no_field_of_an_action_is_taken_for_one_of_ours() -> None:
    for action in ACTIONS.values():
        for field in action.fields:
            assert not field.name.startswith("_")
        assert set(action.sample) <= {field.name for field in action.fields}


@EVERY
def test_who_may_does_it_once_however_often_it_is_sent(stage: Stage, action: Action) -> None:
    browser, form = stage.browser(action), stage.form(action)
    before = contents(stage.house)
    first = browser.post(f"/actions/{action.name}", form)
    after = contents(stage.house)
    if first.status_code == 409:  # as this house stands, it cannot be done
        assert after == before
        return
    assert first.status_code == 303
    assert len(after["audit"]) == len(before["audit"]) + 1
    again = browser.post(f"/actions/{action.name}", form)
    assert (again.status_code, again.location) == (303, first.location)
    assert contents(stage.house) == after
    assert browser.get(first.location.removeprefix("/ops")).status_code == 200


def ask(stage: Stage, action: Action, token: str | None, **changes: Any) -> Any:
    """A program's request for an action."""
    headers = {"Idempotency-Key": changes.pop("key", "a-key-of-a-program")}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    body = {"arguments": dict(action.sample), "reason": "because"} | changes
    return stage.house.http.post(f"/v1/ops/actions/{action.name}", json=body, headers=headers)


@EVERY
def test_a_program_without_a_valid_token_does_nothing(untouched: Stage, action: Action) -> None:
    assert_problem(ask(untouched, action, None), 401, "ops-token-required")
    for token in ("", "house_1", f"ops_{'a' * 12}_{'b' * 64}", "ops_1_1"):
        assert_problem(ask(untouched, action, token), 401, "bad-ops-token")


@EVERY
def test_a_program_that_may_not_does_nothing(untouched: Stage, action: Action) -> None:
    for role in lesser(action):
        assert_problem(ask(untouched, action, untouched.token(role)), 403, "role-missing")
    if action.needs_confirmation:
        token = untouched.token(action.role, moves_money=False)
        assert_problem(ask(untouched, action, token), 403, "confirmation-needed")


@EVERY
def test_a_program_that_leaves_something_out_does_nothing(untouched: Stage, action: Action) -> None:
    token = untouched.token(action.role)
    assert_problem(ask(untouched, action, token, key=""), 400, "idempotency-key-malformed")
    assert_problem(ask(untouched, action, token, reason=" "), 422, "schema-violation")
    wrong = {"arguments": {**action.sample, "no-such-field": "1"}}
    assert_problem(ask(untouched, action, token, **wrong), 422, "schema-violation")
    got = untouched.house.http.get(
        f"/v1/ops/actions/{action.name}", headers={"Authorization": f"Bearer {token}"}
    )
    assert_problem(got, 405, "method-not-allowed")
    dry = ask(untouched, action, token, dry_run=True)
    assert dry.status_code in (200, 409)


@EVERY
def test_a_program_does_it_once_however_often_it_asks(stage: Stage, action: Action) -> None:
    token = stage.token(action.role)
    first = ask(stage, action, token)
    after = contents(stage.house)
    if first.status_code == 409:
        assert_problem(first, 409, "action-refused")
        return
    assert first.status_code == 200
    assert first.get_json()["performed"]
    again = ask(stage, action, token)
    told = first.get_json()
    told.pop("secret", None)  # shown once
    assert again.get_json() == told
    assert again.headers["Idempotency-Replayed"] == "true"
    assert contents(stage.house) == after
    reused = ask(stage, action, token, reason="another one")
    assert_problem(reused, 422, "idempotency-key-reused")


@EVERY
def test_from_elsewhere_there_is_no_such_address(untouched: Stage, action: Action) -> None:
    token = untouched.token(action.role)
    elsewhere = {"REMOTE_ADDR": "192.0.2.1"}
    answer = untouched.browser(action).post(
        f"/actions/{action.name}", untouched.form(action), environ_overrides=elsewhere
    )
    assert answer.status_code == 404
    asked = untouched.house.http.post(
        f"/v1/ops/actions/{action.name}",
        json={"arguments": dict(action.sample), "reason": "because"},
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "x"},
        environ_overrides=elsewhere,
    )
    assert_problem(asked, 404, "not-found")
