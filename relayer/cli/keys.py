"""``relayer keys``: keys for games."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from relayer.cli.acting import Asking, act, dry_run_option, foretold, perform, reason_option
from relayer.cli.durations import Duration
from relayer.cli.opened_store import opened_store
from relayer.cli.options import load_settings, setting_options
from relayer.cli.printing import json_option, print_json, tell
from relayer.clock import SystemClock
from relayer.limits import GameKey, KeyToken, Scope
from relayer.limits.gate import moment
from relayer.ops.actions.keys import REVOKED_BEFORE

_SCOPES = [scope.value for scope in Scope]


@click.group("keys")
def command() -> None:
    """Give games keys, and take them back.

    A game sends its key as `Authorization: Bearer ...`. It is shown once and kept as a hash.
    """


@command.command("create")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(_SCOPES),
    multiple=True,
    default=(Scope.SUBMIT.value, Scope.READ.value, Scope.CANCEL.value),
    help="What it may be used for; can be repeated.  [default: submit, read, cancel]",
)
@click.option("--for", "duration_s", type=Duration(), help="Expire after a time, as 90d.")
@click.option("--quota", type=click.IntRange(0), help="Submissions in a window of its own.")
@click.option(
    "--daily-budget-gwei", type=click.IntRange(0), help="Most that it may cost in a day (UTC)."
)
@json_option
@setting_options("database")
@click.pass_context
def create(
    ctx: click.Context,
    /,
    name: str,
    scopes: tuple[str, ...],
    duration_s: int | None,
    quota: int | None,
    daily_budget_gwei: int | None,
    as_json: bool,
    **flags: Any,
) -> None:
    """Make a key for the game NAME and print it, once."""
    token, now = KeyToken.mint(), SystemClock().now()
    key = GameKey(
        id=token.id,
        name=name,
        scopes=frozenset(map(Scope, scopes)),
        created_at=now,
        expires_at=None if duration_s is None else now + duration_s,
        quota=quota,
        daily_budget_gwei=daily_budget_gwei,
    )
    with opened_store(load_settings(ctx, flags).settings) as store:
        store.game_keys.create(key, token)
    tell(token.reveal(), {"id": token.id, "key": token.reveal()}, as_json=as_json)


@command.command("list")
@json_option
@setting_options("database")
@click.pass_context
def show(ctx: click.Context, /, as_json: bool, **flags: Any) -> None:
    """List all keys, the newest first; never their secrets."""
    now = SystemClock().now()
    with opened_store(load_settings(ctx, flags).settings) as store:
        keys = store.game_keys.newest()
    if as_json:
        print_json([{**asdict(key), "scopes": sorted(key.scopes)} for key in keys])
        return
    for key in keys:
        click.echo(f"{key.id}  {_state(key, now):<33}  {' '.join(sorted(key.scopes))}  {key.name}")
    if not keys:
        click.echo("there are no keys; `relayer keys create NAME` makes one")


@command.command("rotate")
@click.argument("key_id")
@click.option(
    "--overlap",
    "overlap_s",
    type=Duration(),
    default="24h",
    help="How long the old secret stays valid.  [default: 24h]",
)
@reason_option
@dry_run_option
@json_option
@setting_options("database")
@click.pass_context
def rotate(
    ctx: click.Context,
    /,
    key_id: str,
    overlap_s: int,
    reason: str,
    dry_run: bool,
    as_json: bool,
    **flags: Any,
) -> None:
    """Give a key a new secret and print it, once; the old one stays valid for a while."""
    settings = load_settings(ctx, flags).settings
    given = {"key": key_id, "overlap": f"{overlap_s}s"}
    if foretold(settings, "rotate-key", given, Asking(reason, dry_run, as_json)):
        return
    secret = perform(settings, "rotate-key", given, reason).secret or ""
    tell(secret, {"id": key_id, "key": secret}, as_json=as_json)


@command.command("revoke")
@click.argument("key_id")
@reason_option
@dry_run_option
@json_option
@setting_options("database")
@click.pass_context
def revoke(
    ctx: click.Context,
    /,
    key_id: str,
    reason: str,
    dry_run: bool,
    as_json: bool,
    **flags: Any,
) -> None:
    """End a key at once, with all of its secrets and play tickets."""
    settings = load_settings(ctx, flags).settings
    if foretold(settings, "revoke-key", {"key": key_id}, Asking(reason, dry_run, as_json)):
        return
    answer = act(settings, "revoke-key", {"key": key_id}, reason)
    revoked_before = answer.sentence == REVOKED_BEFORE.format(key_id)
    tell(answer.sentence, {"id": key_id, "revoked_before": revoked_before}, as_json=as_json)


def _state(key: GameKey, now: float) -> str:
    if key.revoked_at is not None:
        return f"revoked {moment(key.revoked_at)}"
    if key.expires_at is None:
        return "valid"
    word = "until" if key.is_valid(now) else "expired"
    return f"{word} {moment(key.expires_at)}"
