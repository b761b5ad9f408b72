"""`python -m sample_game`: serve the game, block a word, or look at who plays unfairly."""

import click

from relayer.errors import RelayerError
from sample_game.deck_trainers import trainers_toml
from sample_game.decks import load_decks
from sample_game.errors import GameError
from sample_game.fair_play.commands import list_suspects, reinstate, suspend
from sample_game.moderation import block
from sample_game.server import serve
from sample_game.settings import load_settings


@click.group(invoke_without_command=True)
@click.option("--host", help="Address to listen on (GAME_HOST; default 127.0.0.1).")
@click.option("--port", type=int, help="Port to listen on (GAME_PORT; default 8000).")
@click.option("--relayer-url", help="Root of a remote relayer (GAME_RELAYER_URL; default: embed).")
@click.pass_context
def main(
    context: click.Context, host: str | None, port: int | None, relayer_url: str | None
) -> None:
    """Serve Hunch. Every setting is also a variable: GAME_DATABASE, GAME_DECKS and so on."""
    if context.invoked_subcommand is not None:
        return
    try:
        serve(load_settings(host=host, port=port, relayer_url=relayer_url))
    except (GameError, RelayerError) as error:
        raise click.ClickException(str(error)) from error


@main.command("block")
@click.argument("word")
def block_word(word: str) -> None:
    """Refuse WORD as a clue from now on."""
    block(word)
    click.echo("Blocked. Commit words/blocked_sha256.txt and restart the game.")


@main.command("trainers")
def show_trainers() -> None:
    """Print the trainers that the decks need, for the plan of `relayer deploy`."""
    try:
        settings = load_settings()
        decks = load_decks(settings.decks)
        click.echo(trainers_toml(decks, settings.first_deck), nl=False)
    except GameError as error:
        raise click.ClickException(str(error)) from error


for command in (list_suspects, suspend, reinstate):
    main.add_command(command)


if __name__ == "__main__":
    main(prog_name="python -m sample_game")
