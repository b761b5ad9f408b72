"""``relayer simulate game`` and ``gamified``: the word game with people's associations."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from relayer.cli.amounts import Amount
from relayer.cli.durations import Duration
from relayer.cli.gas_prices import price_options
from relayer.cli.shares import Share
from relayer.cli.simulation_extra import require_simulation_extra
from relayer.cli.simulation_options import hand_over, progress_bar, simulation_options

_Command = TypeVar("_Command", bound=Callable[..., Any])


def _game_options(command: _Command) -> _Command:
    """Give a command the flags of both games."""
    for option in (
        price_options,
        click.option("--trust-start", type=int, help="Open contributions of a new player."),
        click.option("--key-quota", type=int, help="Taken of all together, the game being a day."),
        click.option("--player-quota", type=int, help="Taken of a player, the game being a day."),
        click.option("--haste", type=float, help="How much faster all but honest players play."),
        click.option("--max-wait-s", type=float, help="Longest wait for a batch."),
        click.option("--per-second", type=float, help="Contributions a second."),
        click.option("--sybils", type=Share(), help="Share of players who are one person's keys."),
        click.option("--lazy", type=Share(), help="Share of players who give any clues."),
        click.option("--liars", type=Share(), help="Share of players who lie about the word."),
        click.option("--players", type=int, help="How many play."),
        click.option("--contributions", type=int, help="Clue rounds that are played."),
        click.option("--deck", help="Whose words are played."),
    ):
        command = option(command)
    return simulation_options(command)


@click.command("game")
@_game_options
@click.option("--stake", "stake_wei", type=Amount(), help="Stake of a contribution.")
@click.option(
    "--refund-wait", "refund_wait_s", type=Duration(), help="From when on the model may agree."
)
@click.option(
    "--forfeit-wait", "forfeit_wait_s", type=Duration(), help="From when on stakes are lost."
)
def game(**flags: Any) -> None:
    """Simulate the word game under self-assessment: the model judges, stakes are at risk."""
    _simulate("self-assessment", **flags)


@click.command("gamified")
@_game_options
@click.option(
    "--lapse-wait", "lapse_wait_s", type=Duration(), help="When the unconfirmed is closed."
)
@click.option("--distinct-validators", type=int, help="Others before the same one counts again.")
def gamified(**flags: Any) -> None:
    """Simulate the word game with players who confirm each other, for points and no money."""
    _simulate("gamified", **flags)


def _simulate(
    mechanism: str,
    *,
    dataset: Path | None,
    seed: int,
    exact: bool,
    out: Path | None,
    as_json: bool,
    **chosen: Any,
) -> None:
    if exact:
        raise click.UsageError(
            "There is no reference simulation of the word game: leave --exact away."
        )
    require_simulation_extra()
    from simulation import GameScenario, simulate_game

    given = {name: value for name, value in chosen.items() if value is not None}
    scenario = GameScenario(seed=seed, mechanism=mechanism, **given)  # type: ignore[arg-type]
    with progress_bar(mechanism) as progress:
        result = simulate_game(scenario, dataset, progress=progress)
    hand_over(result, out, as_json=as_json)
