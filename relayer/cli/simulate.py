"""``relayer simulate``: mechanisms on real data, before anybody puts money into them.

Each simulation is a command of its own module. What it needs to compute is an optional extra and is
imported when it runs.
"""

from __future__ import annotations

import click

from relayer.cli import simulate_game, simulate_market, simulate_self_assessment


@click.group("simulate")
def command() -> None:
    """Simulate a mechanism on real data: who profits, and what the model learns."""


command.add_command(simulate_market.command)
command.add_command(simulate_self_assessment.command)
command.add_command(simulate_game.game)
command.add_command(simulate_game.gamified)
