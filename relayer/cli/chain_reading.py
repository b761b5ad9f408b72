"""What the commands that read the chain alone have in common: flags, names, progress."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click
from eth_utils.address import is_address, to_checksum_address

from relayer.chain.answers import Block
from relayer.chain.node import Node
from relayer.chain.pool import open_node
from relayer.cli.options import load_settings, setting_options
from relayer.clock import SystemClock
from relayer.deployment import TrainerEntry, load_deployment
from relayer.errors import SettingsError
from relayer.rebuild.progress import ShownProgress, silence
from relayer.rebuild.source import Source
from relayer.settings.sources import LoadedSettings

#: Seconds for one answer: a node may look long for many events.
READ_TIMEOUT_S = 60.0

_Command = TypeVar("_Command", bound=Callable[..., Any])


@dataclass(frozen=True)
class Reading:
    """A trainer's history, and at which block the command looks at it."""

    source: Source
    labels: tuple[str, ...]
    block_number: int | None
    confirmations: int

    def choose(self) -> Block:
        """The block that was asked for, else the newest confirmed one."""
        if self.block_number is None:
            return self.source.confirmed_block(self.confirmations)
        return self.source.block(self.block_number)


def reading_options(command: _Command) -> _Command:
    """Give a command the flags of everything that reads the chain alone."""
    block = click.IntRange(min=0)
    for option in (
        setting_options("rpc_url", "rpc_urls", "deployment", "confirmations"),
        click.option("--quiet", is_flag=True, help="Show no progress."),
        click.option(
            "--journal",
            type=click.Path(dir_okay=False, path_type=Path),
            help="File that keeps what was downloaded; the next run goes on there.",
        ),
        click.option(
            "--from-block",
            type=block,
            help="A block not after the trainer's creation; without it, it is searched.",
        ),
        click.option(
            "--block", type=block, help="Block to look at.  [default: the newest confirmed one]"
        ),
        click.option(
            "--trainer", required=True, metavar="ADDRESS", help="Contract of the trainer."
        ),
    ):
        command = option(command)
    return command


@contextmanager
def open_reading(ctx: click.Context, options: dict[str, Any]) -> Iterator[Reading]:
    """Open the history of the trainer that a command names, and close it at the end.

    Raises:
        RelayerError: the trainer, the node, or a file that was named cannot be used.
    """
    loaded = load_settings(ctx, options)
    trainer = _address(options["trainer"])
    node = open_node(loaded.settings, read_timeout_s=READ_TIMEOUT_S)
    entry, first_block = _from_deployment(loaded, node, trainer)
    progress = ShownProgress(sys.stderr, SystemClock(), is_terminal=sys.stderr.isatty())
    source = Source.open(
        node,
        trainer,
        SystemClock(),
        journal=options["journal"],
        first_block=first_block if options["from_block"] is None else options["from_block"],
        report=silence if options["quiet"] else progress,
    )
    try:
        yield Reading(
            source,
            () if entry is None else tuple(entry.labels),
            options["block"],
            loaded.settings.confirmations,
        )
    finally:
        progress.end()
        source.close()


def _from_deployment(
    loaded: LoadedSettings, node: Node, trainer: str
) -> tuple[TrainerEntry | None, int | None]:
    """What a deployment file tells of the trainer, if there is one: a convenience, no more."""
    path = loaded.settings.deployment
    if loaded.sources["deployment"] == "default" and not path.is_file():
        return None, None
    deployment = load_deployment(path)
    entry = deployment.trainers_by_address.get(trainer.lower())
    if entry is None or deployment.chain_id != node.chain_id():
        return None, None
    return entry, deployment.block_number


def _address(text: str) -> str:
    if not is_address(text):
        raise SettingsError(f"--trainer {text} is not an address; write 0x and 40 hex digits")
    return to_checksum_address(text)
