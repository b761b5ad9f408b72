"""Command line of the simulated players: `python -m sample_game.simulated_players --help`."""

import sys
from contextlib import suppress
from pathlib import Path
from random import Random

import click

from relayer.client import RelayerClient, RelayerClientError
from relayer.clock import SystemClock
from sample_game.decks import load_decks
from sample_game.errors import GameError
from sample_game.settings import GameSettings
from sample_game.simulated_players.clue_book import (
    WORDNET_CLUES,
    ClueBook,
    ClueBookError,
    load_clue_book,
)
from sample_game.simulated_players.crowd import Journal, Pace, play
from sample_game.simulated_players.players import make_players
from sample_game.simulated_players.ways_to_play import GameRound, OwnClient, Submission


@click.command(context_settings={"show_default": True, "help_option_names": ["-h", "--help"]})
@click.option("--game", default="http://127.0.0.1:8000", help="Root address of the game.")
@click.option("--relayer", default="http://127.0.0.1:8080", help="Root address of the relayer.")
@click.option("--players", default=24, type=click.IntRange(1, 10_000), help="How many play.")
@click.option(
    "--contributions",
    type=click.IntRange(1),
    help="Stop after so many were accepted; without it they play until they are stopped.",
)
@click.option("--per-second", default=2.0, type=click.FloatRange(0.01), help="Turns a second.")
@click.option(
    "--elsewhere",
    default=0.08,
    type=click.FloatRange(0, 1),
    help="Share of the rounds at the page that are played in another deck than the first one.",
)
@click.option("--seed", default=1, help="Decides keys, clues, turns and held-out clues.")
@click.option(
    "--clues",
    type=click.Path(path_type=Path),
    default=WORDNET_CLUES,
    help="CSV file with target, clue, and weight or count; may be compressed (.gz).",
)
@click.option(
    "--key-file",
    type=click.Path(path_type=Path),
    help="File with the relayer's key for those who bring a client of their own.",
)
@click.option(
    "--journal", type=click.Path(path_type=Path), help="Append what each turn came to, as JSON."
)
def main(
    game: str,
    relayer: str,
    players: int,
    contributions: int | None,
    per_second: float,
    elsewhere: float,
    seed: int,
    clues: Path,
    key_file: Path | None,
    journal: Path | None,
) -> None:
    """Let simulated players play Hunch through its public HTTP API.

    One player in four brings a client of its own and talks to the relayer directly; where players
    confirm each other, it also signs for what it understands. One in six lies: its labels are
    random. Now and then a player at the page plays another deck than the first one. A fifth of all
    mentions of clues is held out and never played.

    The keys are made from the seed, so anybody can make them: only for chains without value.
    """
    clock = SystemClock()
    try:
        key = key_file.read_text(encoding="utf-8").strip() if key_file else None
        books = _books(clues, seed)
        play(
            make_players(players, seed),
            GameRound(game, books, clock, elsewhere),
            OwnClient(RelayerClient(relayer, key=key), books[GameSettings.first_deck]),
            contributions=contributions,
            pace=Pace(per_second),
            random=Random(f"turns {seed}"),  # noqa: S311
            clock=clock,
            done=lambda submission: _report(submission, journal),
        )
    except (GameError, OSError, RelayerClientError) as error:
        click.echo(f"simulated players: {error}", err=True)
        sys.exit(1)


def _books(clues: Path, seed: int) -> dict[str, ClueBook]:
    """What is played with in each deck that the file has clues for; the first deck comes first."""
    decks = load_decks(GameSettings.decks)
    first = GameSettings.first_deck
    books = {first: load_clue_book(decks.pop(first).words, clues)}
    for name, deck in decks.items():
        with suppress(ClueBookError):
            books[name] = load_clue_book(deck.words, clues)
    return {name: book.split(Random(seed)).play for name, book in books.items()}  # noqa: S311


def _report(submission: Submission, journal: Path | None) -> None:
    if journal is not None:
        Journal(journal).add(submission)
    became = "accepted" if submission.accepted else f"refused ({submission.refusal})"
    click.echo(f"{submission.player} label {submission.label} by {submission.way}: {became}")


if __name__ == "__main__":
    main()
