"""Shares on the command line: `3%` or `0.03`."""

from __future__ import annotations

from relayer.cli.readings import Read
from relayer.planning.readings import read_share, show_share


class Share(Read[float]):
    """A share, as `3%` or `0.03`; above 1 only in percent."""

    name = "share"

    def __init__(self) -> None:
        super().__init__(read_share, show_share)
