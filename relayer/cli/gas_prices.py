"""Prices of gas on the command line, and the flags that name them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

import click

_GWEI = 10**9
_Command = TypeVar("_Command", bound=Callable[..., Any])


class GweiPrice(click.ParamType[int]):
    """A price of gas in gwei, such as `12` or `0.01`, as an integer of wei."""

    name = "gwei"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Return the price in wei."""
        if isinstance(value, int):
            return value
        try:
            price_wei = Decimal(str(value)) * _GWEI
        except InvalidOperation:
            self.fail(f"{value} is no price; write a number of gwei, as 12 or 0.01", param, ctx)
        if not price_wei.is_finite() or price_wei != int(price_wei) or price_wei < 0:
            self.fail(f"{value} gwei is not a whole number of wei", param, ctx)
        return int(price_wei)


def price_options(command: _Command) -> _Command:
    """Give a command the flags for base fee and tip."""
    for option in (
        click.option("--tip-gwei", "tip_wei", type=GweiPrice(), help="Tip of the relayer."),
        click.option("--price-gwei", "base_fee_wei", type=GweiPrice(), help="Mean base fee."),
    ):
        command = option(command)
    return command
