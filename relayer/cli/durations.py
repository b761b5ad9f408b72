"""Lengths of time as people write them: ``90s``, ``30m``, ``12h``, ``7d``."""

from __future__ import annotations

from relayer.cli.readings import Read
from relayer.planning.readings import read_duration_s, show_duration


class Duration(Read[int]):
    """A length of time; the command gets it in seconds."""

    name = "duration"

    def __init__(self) -> None:
        super().__init__(read_duration_s, show_duration)
