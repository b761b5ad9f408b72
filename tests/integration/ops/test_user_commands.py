"""Users of the dashboard at the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from relayer.cli import main
from relayer.store.ops_users import Role
from tests.browser_of_operator import PASSWORD, OperatorBrowser
from tests.house import House


def call(house: House, *arguments: str, password: str | None = PASSWORD, **options: str) -> Result:
    environment = {} if password is None else {"OPS_PASSWORD": password}
    return CliRunner().invoke(
        main,
        ["ops", "user", *arguments, "--database", str(house.settings.database)],
        env=environment,
        **options,  # type: ignore[arg-type]
    )


def test_a_user_is_added_changed_and_removed(house: House) -> None:
    assert call(house, "add", "olga").exit_code == 0
    browser = OperatorBrowser(house)
    assert browser.log_in("olga").status_code == 303
    assert call(house, "role", "olga", "admin", "--reason", "she has the keys").exit_code == 0
    (listed,) = json.loads(call(house, "list", "--json").output)
    assert (listed["user"], listed["role"]) == ("olga", Role.ADMIN)
    assert "password" not in "".join(set(listed) - {"password_set_at"})
    assert call(house, "password", "olga", password="another horse, another").exit_code == 0
    assert browser.get("/").status_code == 303, "the session has ended"
    assert browser.log_in("olga").status_code == 401
    assert browser.log_in("olga", "another horse, another").status_code == 303
    assert call(house, "remove", "olga").exit_code == 0
    assert browser.get("/").status_code == 303
    assert "there are no users" in call(house, "list").output
    written = [(each.action, each.via) for each in house.store.audit.newest(9)]
    names = ("remove-user", "set-password", "set-user-role", "add-user")
    assert written == [(name, "cli") for name in names]


def test_the_password_may_be_in_a_file_or_typed(house: House, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\n")
    arguments = ["ops", "user", "add", "vera", "--database", str(house.settings.database)]
    result = CliRunner().invoke(main, arguments, env={"OPS_PASSWORD_FILE": str(file)})
    assert result.exit_code == 0
    typed = call(house, "add", "olga", password=None, input=f"{PASSWORD}\n{PASSWORD}\n")
    assert typed.exit_code == 0
    assert PASSWORD not in typed.output
    for name in ("vera", "olga"):
        assert OperatorBrowser(house).log_in(name).status_code == 303


@pytest.mark.parametrize("password", ["", "short", "aaaaaaaaaaaaaaaaaaaa", "x" * 2_000])
def test_a_password_that_is_guessed_is_not_taken(house: House, password: str) -> None:
    result = call(house, "add", "olga", password=password)
    assert result.exit_code == 1
    assert "12 to 1024 characters" in result.output
    assert house.store.ops_users.all() == []


@pytest.mark.parametrize("name", ["Olga", "a b", "cli:root", "x" * 33, ".x"])
def test_a_name_that_is_none_is_not_taken(house: House, name: str) -> None:
    assert "is no name" in call(house, "add", name).output


def test_what_is_there_is_not_added_and_what_is_not_is_not_changed(house: House) -> None:
    call(house, "add", "olga")
    assert "there is a user olga" in call(house, "add", "olga").output
    for arguments in (("role", "vera", "admin"), ("password", "vera"), ("remove", "vera")):
        result = call(house, *arguments)
        assert result.exit_code == 1
        assert "no user vera" in result.output
