"""`python -m sample_game suspects`, `suspend` and `reinstate`: the operator looks and decides."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

import click

from relayer.cli.durations import Duration
from relayer.clock import SystemClock
from sample_game.errors import GameError
from sample_game.fair_play.pace import day_of
from sample_game.fair_play.suspects import Suspect, suspects
from sample_game.rounds import checked_player
from sample_game.settings import load_settings
from sample_game.store import Exclusion, GameStore


@click.command("suspects")
@click.option("--days", default=7, show_default=True, type=click.IntRange(1, 30), help="Look back.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_suspects(days: int, as_json: bool) -> None:
    """Name players who play as no person does, with reasons, and whom `suspend` holds."""
    now = SystemClock().now()
    with _store() as store:
        found = suspects(store, day_of(now) - days + 1)
        suspended = store.exclusions.all("game")
    if as_json:
        listed = {
            "suspects": [asdict(suspect) for suspect in found],
            "suspended": [asdict(exclusion) for exclusion in suspended],
        }
        click.echo(json.dumps(listed))
        return
    for suspect in found:
        _show(suspect)
    if not found:
        click.echo("Nobody plays as no person does.")
    for exclusion in suspended:
        click.echo(f"suspended: {exclusion.player}  {exclusion.reason}")


@click.command("suspend")
@click.argument("player")
@click.option("--reason", required=True, help="Told to the player.")
@click.option("--for", "duration_s", type=Duration(), help="End after a time, as 7d.")
def suspend(player: str, reason: str, duration_s: int | None) -> None:
    """Leave PLAYER out of all rankings. It plays on; `relayer ban` stops what it sends."""
    now = SystemClock().now()
    until_at = None if duration_s is None else now + duration_s
    with _store() as store:
        store.exclusions.put(Exclusion(checked_player(player), "game", reason, now, until_at))
    click.echo(f"{player} does not count any more.")


@click.command("reinstate")
@click.argument("player")
def reinstate(player: str) -> None:
    """Let PLAYER count again."""
    with _store() as store:
        was_suspended = store.exclusions.lift(checked_player(player), "game")
    click.echo(f"{player} counts again." if was_suspended else f"{player} was not suspended.")


def _show(suspect: Suspect) -> None:
    click.echo(suspect.player)
    for reason in suspect.reasons:
        click.echo(f"    {reason}")


@contextmanager
def _store() -> Iterator[GameStore]:
    """The game's memory; it must be there already."""
    try:
        database = load_settings().database
        if not database.is_file():
            raise click.ClickException(
                f"There is no database {database}. Start the game first, or set GAME_DATABASE."
            )
        store = GameStore(database)
        try:
            yield store
        finally:
            store.close()
    except GameError as error:
        raise click.ClickException(str(error)) from error
