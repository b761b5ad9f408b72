"""``relayer ops user``: users of the ops dashboard, their roles and passwords."""

from __future__ import annotations

from typing import Any, Final

import click

from relayer.cli.acting import act, reason_option
from relayer.cli.environment_secrets import find_secret
from relayer.cli.opened_store import opened_store
from relayer.cli.options import load_settings, setting_options
from relayer.cli.printing import json_option, print_json, tell
from relayer.clock import SystemClock
from relayer.errors import SettingsError
from relayer.limits.gate import moment
from relayer.ops.access.doorkeeper import NAME
from relayer.ops.access.passwords import check_password, hash_password
from relayer.ops.access.visitors import at_the_command_line
from relayer.ops.audit import announce
from relayer.store import Store
from relayer.store.audit import Deed
from relayer.store.ops_users import Role

#: Holds the password of the user that a command is about; or the same with ``_FILE`` names a file.
VARIABLE: Final = "OPS_PASSWORD"

_ROLES = [role.value for role in Role]


@click.group("user")
def command() -> None:
    """Add users of the dashboard, and take them away.

    A viewer looks, an operator acts, an admin also moves money out and says who may what.
    """


@command.command("add")
@click.argument("name")
@click.option(
    "--role", type=click.Choice(_ROLES), default=Role.VIEWER.value, help="What it may do."
)
@json_option
@setting_options("database")
@click.pass_context
def add(ctx: click.Context, /, name: str, role: str, as_json: bool, **flags: Any) -> None:
    """Add the user NAME.

    The password comes from OPS_PASSWORD, from the file that OPS_PASSWORD_FILE names, or is asked
    for.
    """
    if not NAME.fullmatch(name):
        raise SettingsError(
            f"{name!r} is no name: use up to 32 of a-z, 0-9, '.', '_' and '-', a letter first"
        )
    settings = load_settings(ctx, flags).settings
    with opened_store(settings) as store:
        if store.ops_users.get(name) is not None:
            raise SettingsError(f"there is a user {name}; `relayer ops user list` shows them")
        hashed, now = hash_password(_password(name)), SystemClock().now()
        with store.transaction():
            store.ops_users.add(name, Role(role), hashed, now)
            entry = store.audit.append(_deed("add-user", name, f"{name} is {role}"), now)
        announce(entry)
    tell(f"{name} may log in as {role}", {"user": name, "role": role}, as_json=as_json)


@command.command("list")
@json_option
@setting_options("database")
@click.pass_context
def show(ctx: click.Context, /, as_json: bool, **flags: Any) -> None:
    """List all users."""
    with opened_store(load_settings(ctx, flags).settings) as store:
        users = store.ops_users.all()
    if as_json:
        print_json(
            [
                {
                    "user": user.name,
                    "role": user.role,
                    "created_at": user.created_at,
                    "password_set_at": user.password_set_at,
                    "logged_in_at": user.logged_in_at,
                }
                for user in users
            ]
        )
        return
    for user in users:
        seen = "never" if user.logged_in_at is None else moment(user.logged_in_at)
        click.echo(f"{user.role:<9}  {user.name:<32}  last login {seen}")
    if not users:
        click.echo("there are no users; `relayer ops user add NAME --role admin` makes one")


@command.command("remove")
@click.argument("name")
@reason_option
@json_option
@setting_options("database")
@click.pass_context
def remove(ctx: click.Context, /, name: str, reason: str, as_json: bool, **flags: Any) -> None:
    """Remove the user NAME, with all sessions and tokens."""
    answer = act(load_settings(ctx, flags).settings, "remove-user", {"user": name}, reason)
    tell(answer.sentence, {"user": name}, as_json=as_json)


@command.command("role")
@click.argument("name")
@click.argument("role", type=click.Choice(_ROLES))
@reason_option
@json_option
@setting_options("database")
@click.pass_context
def set_role(
    ctx: click.Context, /, name: str, role: str, reason: str, as_json: bool, **flags: Any
) -> None:
    """Give the user NAME the role ROLE."""
    given = {"user": name, "role": role}
    answer = act(load_settings(ctx, flags).settings, "set-user-role", given, reason)
    tell(answer.sentence, given, as_json=as_json)


@command.command("password")
@click.argument("name")
@json_option
@setting_options("database")
@click.pass_context
def set_password(ctx: click.Context, /, name: str, as_json: bool, **flags: Any) -> None:
    """Give the user NAME a new password; all of its sessions end.

    It comes from OPS_PASSWORD, from the file that OPS_PASSWORD_FILE names, or is asked for. Wrong
    passwords that were tried before count no more.
    """
    with opened_store(load_settings(ctx, flags).settings) as store:
        _find(store, name)
        hashed, now = hash_password(_password(name)), SystemClock().now()
        with store.transaction():
            store.ops_users.set_password(name, hashed, now)
            store.ops_sessions.end_all_of(name)
            store.ops_login_tries.forget(f"user {name}")
            deed = _deed("set-password", name, f"{name} has a new password")
            entry = store.audit.append(deed, now)
        announce(entry)
    tell(f"{name} has a new password and has to log in again", {"user": name}, as_json=as_json)


def _deed(action: str, name: str, outcome: str) -> Deed:
    visitor = at_the_command_line()
    return Deed(visitor.name, visitor.via, action, {"user": name}, "", outcome)


def _find(store: Store, name: str) -> None:
    if store.ops_users.get(name) is None:
        raise SettingsError(
            f"there is no user {name}; `relayer ops user list` shows those there are"
        )


def _password(name: str) -> str:
    password = find_secret(VARIABLE)
    if password is None:
        password = click.prompt(
            f"Password for {name}", hide_input=True, confirmation_prompt=True, err=True
        )
    check_password(password)
    return str(password)
