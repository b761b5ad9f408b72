"""Lengths of time as people write them: ``90s``, ``30m``, ``12h``, ``7d``."""

from __future__ import annotations

import re

import click

from relayer.ops.actions.fields import MOST_DAYS

_UNITS_S = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_FORM = re.compile(r"([1-9][0-9]{0,8})([smhd])")


class Duration(click.ParamType[int]):
    """A length of time; the command gets it in seconds."""

    name = "duration"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Return the seconds that a text stands for."""
        if isinstance(value, int):
            return value
        match = _FORM.fullmatch(str(value))
        if match is None:
            self.fail(f"{value!r} is no length of time; write 90s, 30m, 12h or 7d", param, ctx)
        length_s = int(match[1]) * _UNITS_S[match[2]]
        if length_s > MOST_DAYS * _UNITS_S["d"]:
            self.fail(f"{value!r} is longer than {MOST_DAYS}d", param, ctx)
        return length_s
