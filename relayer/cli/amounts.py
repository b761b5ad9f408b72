"""Amounts of money on the command line: exact, with their unit."""

from __future__ import annotations

import re
from decimal import Decimal

import click

_UNITS = {"wei": 1, "gwei": 10**9, "ether": 10**18}
_FORM = re.compile(r"(\d+(?:\.\d+)?)\s*(wei|gwei|ether)")


class Amount(click.ParamType[int]):
    """An amount such as `0.5ether`, `30gwei` or `1000wei`, as an integer of wei."""

    name = "amount"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Return the amount in wei; fractions of a wei are refused."""
        if isinstance(value, int):
            return value
        match = _FORM.fullmatch(str(value).strip())
        if match is None:
            self.fail(f"{value} is no amount; write it with its unit, as 0.5ether or 30gwei")
        amount_wei = Decimal(match[1]) * _UNITS[match[2]]
        if amount_wei != int(amount_wei) or amount_wei == 0:
            self.fail(f"{value} is not a positive whole number of wei")
        return int(amount_wei)
