"""Amounts of money on the command line: exact, with their unit."""

from __future__ import annotations

from relayer.cli.readings import Read
from relayer.planning.readings import read_amount_wei, show_amount


class Amount(Read[int]):
    """An amount such as `0.5ether`, `30gwei` or `1000wei`, as an integer of wei."""

    name = "amount"

    def __init__(self) -> None:
        super().__init__(read_amount_wei, show_amount)
