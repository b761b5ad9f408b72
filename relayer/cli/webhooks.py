"""``relayer webhooks``: where games are told of their contributions, and what became of it."""

from __future__ import annotations

from typing import Any

import click

from relayer.cli.acting import Asking, act, carry_out, dry_run_option, foretold, reason_option
from relayer.cli.durations import Duration
from relayer.cli.opened_store import opened_store
from relayer.cli.options import load_settings, setting_options
from relayer.cli.printing import json_option, print_json, tell
from relayer.clock import SystemClock
from relayer.errors import SettingsError
from relayer.notify.events import DEFAULT_EVENTS, EVENTS
from relayer.notify.signing import mint_secret, secret_text
from relayer.notify.targets import TargetRules
from relayer.store import Store
from relayer.store.webhooks import MessageStatus, Webhook


@click.group("webhooks")
def command() -> None:
    """Say where games are told of their contributions, and what did not arrive.

    Games do the same over HTTP with a key that has the scope `webhooks`.
    """


@command.command("add")
@click.argument("game")
@click.argument("url")
@click.option(
    "--event",
    "events",
    type=click.Choice(EVENTS),
    multiple=True,
    default=DEFAULT_EVENTS,
    help="What to tell; can be repeated.  [default: confirmed, settled, failed, expired]",
)
@json_option
@setting_options("database", "webhook_private_targets")
@click.pass_context
def add(
    ctx: click.Context,
    /,
    game: str,
    url: str,
    events: tuple[str, ...],
    as_json: bool,
    **flags: Any,
) -> None:
    """Tell the game with the key id GAME at URL, and print the secret, once."""
    settings, secret = load_settings(ctx, flags).settings, mint_secret()
    TargetRules(settings.webhook_private_targets).check(url)
    with opened_store(settings) as store, store.transaction():
        if store.game_keys.get(game) is None:
            raise SettingsError(f"there is no key {game}; `relayer keys list` shows all")
        webhook = store.webhooks.add(game, url, events, secret, SystemClock().now())
    shown = secret_text(secret)
    tell(f"{webhook.id} {shown}", {"id": webhook.id, "secret": shown}, as_json=as_json)


@command.command("list")
@json_option
@setting_options("database")
@click.pass_context
def show(ctx: click.Context, /, as_json: bool, **flags: Any) -> None:
    """List all webhooks and what became of their messages; never their secrets."""
    with opened_store(load_settings(ctx, flags).settings) as store:
        rows = [_row(store, webhook) for webhook in store.webhooks.of_game()]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        state = f"disabled: {row['disabled_reason']}" if row["disabled_at"] else "on"
        counts = ", ".join(f"{count} {status}" for status, count in row["messages"].items())
        click.echo(f"{row['id']}  {row['game']}  {row['url']}  {state}  {counts}")
    if not rows:
        click.echo("there are no webhooks; `relayer webhooks add GAME URL` makes one")


@command.command("messages")
@click.argument("webhook_id")
@click.option("--status", type=click.Choice([*MessageStatus]), help="Only those that stand there.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, help="Most of them.")
@json_option
@setting_options("database")
@click.pass_context
def messages(
    ctx: click.Context,
    /,
    webhook_id: str,
    status: str | None,
    limit: int,
    as_json: bool,
    **flags: Any,
) -> None:
    """List the messages of a webhook, the newest first."""
    with opened_store(load_settings(ctx, flags).settings) as store:
        _find(store, webhook_id)
        wanted = None if status is None else MessageStatus(status)
        rows = store.webhooks.messages(webhook_id, wanted, None, limit)
    shown = [
        {
            "id": row.id,
            "event": row.event,
            "contribution": row.subject or None,
            "status": row.status,
            "tries": row.tries,
            "answer": row.answer,
        }
        for row in rows
    ]
    if as_json:
        print_json(shown)
        return
    for line in shown:
        click.echo("  ".join(str(value) for value in line.values() if value is not None))


@command.command("replay")
@click.argument("webhook_id")
@click.argument("message_id", required=False)
@reason_option
@dry_run_option
@json_option
@setting_options("database")
@click.pass_context
def replay(
    ctx: click.Context,
    /,
    webhook_id: str,
    message_id: str | None,
    reason: str,
    dry_run: bool,
    as_json: bool,
    **flags: Any,
) -> None:
    """Send the message MESSAGE_ID again, or all dead ones of a webhook, which is then on."""
    settings = load_settings(ctx, flags).settings
    given = {"webhook": webhook_id, "message": message_id}
    if foretold(settings, "replay-webhook", given, Asking(reason, dry_run, as_json)):
        return
    answer = act(settings, "replay-webhook", given, reason)
    count = int(answer.sentence.partition(" ")[0])
    tell(answer.sentence, {"id": webhook_id, "messages": count}, as_json=as_json)


@command.command("test")
@click.argument("webhook_id")
@reason_option
@dry_run_option
@json_option
@setting_options("database")
@click.pass_context
def test(
    ctx: click.Context,
    /,
    webhook_id: str,
    reason: str,
    dry_run: bool,
    as_json: bool,
    **flags: Any,
) -> None:
    """Send a webhook a signed message that means nothing."""
    settings = load_settings(ctx, flags).settings
    asking = Asking(reason, dry_run, as_json)
    carry_out(settings, "test-webhook", {"webhook": webhook_id}, asking)


@command.command("rotate")
@click.argument("webhook_id")
@click.option(
    "--overlap",
    "overlap_s",
    type=Duration(),
    default="24h",
    help="How long the old secret signs as well.  [default: 24h]",
)
@json_option
@setting_options("database")
@click.pass_context
def rotate(
    ctx: click.Context, /, webhook_id: str, overlap_s: int, as_json: bool, **flags: Any
) -> None:
    """Give a webhook a new secret and print it, once."""
    secret = mint_secret()
    with opened_store(load_settings(ctx, flags).settings) as store, store.transaction():
        _find(store, webhook_id)
        store.webhooks.rotate(webhook_id, secret, SystemClock().now() + overlap_s)
    shown = secret_text(secret)
    tell(shown, {"id": webhook_id, "secret": shown}, as_json=as_json)


@command.command("remove")
@click.argument("webhook_id")
@json_option
@setting_options("database")
@click.pass_context
def remove(ctx: click.Context, /, webhook_id: str, as_json: bool, **flags: Any) -> None:
    """Remove a webhook with all of its messages."""
    with opened_store(load_settings(ctx, flags).settings) as store, store.transaction():
        _find(store, webhook_id)
        store.webhooks.remove(webhook_id)
    tell(f"{webhook_id} is removed", {"id": webhook_id}, as_json=as_json)


def _find(store: Store, webhook_id: str) -> Webhook:
    webhook = store.webhooks.get(webhook_id)
    if webhook is None:
        raise SettingsError(f"there is no webhook {webhook_id}; `relayer webhooks list` shows all")
    return webhook


def _row(store: Store, webhook: Webhook) -> dict[str, Any]:
    return {
        "id": webhook.id,
        "game": webhook.game,
        "url": webhook.url,
        "events": webhook.events,
        "disabled_at": webhook.disabled_at,
        "disabled_reason": webhook.disabled_reason,
        "messages": store.webhooks.counts(webhook.id),
    }
