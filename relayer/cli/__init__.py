"""The command ``relayer``.

Each command lives in a module of its own name that exposes ``command``; it is imported when it is
called, so that ``relayer --help`` answers at once.
"""

from __future__ import annotations

from importlib import import_module

import click

from relayer import __version__
from relayer.errors import RelayerError

#: Commands and their one-line help, in the order of a newcomer's first hour.
COMMANDS = {
    "init": "Write settings, a plan, a keystore and secrets for a new house into FOLDER.",
    "deploy": "Deploy the contracts and write the deployment file.",
    "fund": "Put AMOUNT (as 0.5ether, 30gwei) into the sponsor's tank.",
    "web": "Serve the HTTP API.",
    "send": "Sign one contribution, send it to a running relayer, and print its id.",
    "work": "Batch, send, watch, settle and drive markets until stopped.",
    "market": "Provide the test set and the bounty of a prediction market.",
    "oracle": "Take part in an oracle: a model behind a machine-learning service.",
    "keys": "Give games keys, and take them back.",
    "act": "Do anything that operators can do on the page, or list it.",
    "orders": "Show what the worker was ordered to do, and what came of it.",
    "pause": "Stop taking contributions in, or sending, at once.",
    "resume": "Take a pause back.",
    "ban": "Keep a player or a network out.",
    "unban": "Let a player or a network in again.",
    "bans": "List who is kept out.",
    "webhooks": "Say where games are told of their contributions, and what did not arrive.",
    "signers": "Show the accounts that send, or let the sponsor allow or forbid them.",
    "cancel": "Use up the nonce of a transaction without effect.",
    "ops": "Say who may open the ops dashboard, and as what.",
    "audit": "Show what operators did, and check that nothing of it was changed.",
    "doctor": "Check everything that the relayer needs, and tell what to do about what is missing.",
    "status": "Show how the relayer is doing.",
    "backup": "Copy the database into a new FILE while everything runs.",
    "trace": "Show what happened when, from request to receipt.",
    "verify": "Rebuild a trainer's model from chain data alone and compare it with the chain.",
    "export-dataset": "Write a trainer's dataset, as the chain has it, as JSON Lines.",
    "simulate": "Simulate a mechanism on real data: who profits, and what the model learns.",
    "plan": "Plan the budget of a house: tank, daily cost, and what comes back when.",
    "config": "Show the effective settings and where each comes from.",
}


class LazyGroup(click.Group):
    """A group that imports a command when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by name, or None."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"relayer.cli.{cmd_name.replace('-', '_')}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; what goes wrong on purpose is one sentence, not a traceback."""
        try:
            return super().invoke(ctx)
        except RelayerError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="relayer")
@click.option(
    "--config",
    "config_file",
    type=click.Path(exists=True, dir_okay=False),
    envvar="RELAYER_CONFIG",
    help="Settings file.  [default: relayer.toml, if there is one]",
)
@click.pass_context
def main(ctx: click.Context, config_file: str | None) -> None:
    """On the House: players sign, the house pays.

    Every setting can be a flag, a variable RELAYER_<NAME>, or a line in relayer.toml;
    `relayer config` shows them all.
    """
    ctx.obj = config_file
