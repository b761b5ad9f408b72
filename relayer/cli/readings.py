"""Values on the command line that are read as `relayer.planning.readings` does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

from relayer.planning.readings import ReadingError

_Value = TypeVar("_Value")


class Read(click.ParamType[_Value]):
    """A type whose values are read from texts.

    Args:
        read: makes a value of a text; raises `ReadingError`.
        show: makes a text of a value, of which `read` makes the same value again.
    """

    def __init__(self, read: Callable[[str], _Value], show: Callable[[_Value], str]) -> None:
        self._read = read
        self.show = show

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> _Value:
        """Return the value of a text; what is a value already stays as it is."""
        if not isinstance(value, str):
            return value  # type: ignore[return-value] # a default, which is of this type
        try:
            return self._read(value.strip())
        except ReadingError as error:
            self.fail(str(error), param, ctx)
