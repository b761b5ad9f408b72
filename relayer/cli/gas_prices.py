"""Prices of gas on the command line, and the flags that name them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from relayer.cli.readings import Read
from relayer.planning.readings import read_gwei_price_wei, show_gwei_price

_Command = TypeVar("_Command", bound=Callable[..., Any])


class GweiPrice(Read[int]):
    """A price of gas in gwei, such as `12` or `0.01`, as an integer of wei."""

    name = "gwei"

    def __init__(self) -> None:
        super().__init__(read_gwei_price_wei, show_gwei_price)


def price_options(command: _Command) -> _Command:
    """Give a command the flags for base fee and tip."""
    for option in (
        click.option("--tip-gwei", "tip_wei", type=GweiPrice(), help="Tip of the relayer."),
        click.option("--price-gwei", "base_fee_wei", type=GweiPrice(), help="Mean base fee."),
    ):
        command = option(command)
    return command
