"""``relayer ops token``: tokens with which programs act for users of the ops dashboard."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from relayer.cli.acting import NO_REASON, act
from relayer.cli.durations import Duration
from relayer.cli.opened_store import opened_store
from relayer.cli.options import load_settings, setting_options
from relayer.cli.printing import json_option, print_json, tell
from relayer.clock import SystemClock
from relayer.errors import SettingsError
from relayer.limits.gate import moment
from relayer.ops.access.tokens import ApiToken
from relayer.ops.access.visitors import at_the_command_line
from relayer.ops.audit import announce
from relayer.store.audit import Deed
from relayer.store.ops_tokens import OpsToken


@click.group("token")
def command() -> None:
    """Give programs leave to act for a user, and take it back.

    A program sends its token as `Authorization: Bearer ...`. It is shown once and kept as a hash.
    """


@command.command("add")
@click.argument("user")
@click.option("--purpose", required=True, help="What it is for.")
@click.option("--money", is_flag=True, help="Let it do what asks people for their password again.")
@click.option("--for", "duration_s", type=Duration(), help="Expire after a time, as 90d.")
@json_option
@setting_options("database")
@click.pass_context
def add(
    ctx: click.Context,
    /,
    user: str,
    purpose: str,
    money: bool,
    duration_s: int | None,
    as_json: bool,
    **flags: Any,
) -> None:
    """Make a token for the user USER and print it, once.

    It may what the user may at the time it is used.
    """
    minted, now = ApiToken.mint(), SystemClock().now()
    expires_at = None if duration_s is None else now + duration_s
    token = OpsToken(minted.id, user, purpose, money, now, expires_at)
    with opened_store(load_settings(ctx, flags).settings) as store:
        if store.ops_users.get(user) is None:
            raise SettingsError(f"there is no user {user}; `relayer ops user add` makes one")
        deed = _deed("add-token", token, f"token {token.id} acts for {user}")
        with store.transaction():
            store.ops_tokens.add(token, minted.secret_hash())
            entry = store.audit.append(deed, now)
        announce(entry)
    tell(minted.reveal(), {"id": token.id, "token": minted.reveal()}, as_json=as_json)


@command.command("list")
@json_option
@setting_options("database")
@click.pass_context
def show(ctx: click.Context, /, as_json: bool, **flags: Any) -> None:
    """List all tokens, the newest first; never their secrets."""
    now = SystemClock().now()
    with opened_store(load_settings(ctx, flags).settings) as store:
        tokens = store.ops_tokens.newest()
    if as_json:
        print_json([asdict(token) for token in tokens])
        return
    for token in tokens:
        money = "money" if token.moves_money else ""
        click.echo(
            f"{token.id}  {token.user_name:<16}  {_state(token, now):<33}  {money:<5}  "
            f"{token.purpose}"
        )
    if not tokens:
        click.echo("there are no tokens; `relayer ops token add USER --purpose TEXT` makes one")


@command.command("remove")
@click.argument("token_id")
@json_option
@setting_options("database")
@click.pass_context
def remove(ctx: click.Context, /, token_id: str, as_json: bool, **flags: Any) -> None:
    """End a token at once."""
    act(load_settings(ctx, flags).settings, "remove-token", {"token": token_id}, NO_REASON)
    tell(f"{token_id} is removed", {"id": token_id}, as_json=as_json)


def _deed(action: str, token: OpsToken, outcome: str) -> Deed:
    visitor = at_the_command_line()
    arguments = {"token": token.id, "user": token.user_name, "money": token.moves_money}
    return Deed(visitor.name, visitor.via, action, arguments, token.purpose, outcome)


def _state(token: OpsToken, now: float) -> str:
    if token.expires_at is None:
        return "valid"
    return f"{'until' if token.is_valid(now) else 'expired'} {moment(token.expires_at)}"
