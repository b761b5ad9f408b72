"""Shares on the command line: `3%` or `0.03`."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import click


class Share(click.ParamType[float]):
    """A share, as `3%` or `0.03`; above 1 only in percent."""

    name = "share"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the share as a number."""
        text = str(value).strip()
        try:
            if text.endswith("%"):
                return float(Decimal(text.removesuffix("%").strip()) / 100)
            return float(Decimal(text))
        except InvalidOperation:
            self.fail(f"{value} is no share; write it as 3% or 0.03", param, ctx)
