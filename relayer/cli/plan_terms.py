"""The flags of ``relayer plan`` that are terms of the question."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from relayer.cli.readings import Read
from relayer.planning.terms import TERMS, Term

_Command = TypeVar("_Command", bound=Callable[..., Any])


class TermValue(Read[Any]):
    """A value of one term."""

    def __init__(self, term: Term) -> None:
        super().__init__(term.read, term.reading.show)
        self.name = term.reading.name


def term_options(command: _Command) -> _Command:
    """Give a command one flag for each term; those that are not given are None."""
    for term in reversed(TERMS):
        kind = click.Choice(term.choices) if term.choices else TermValue(term)
        words = f"{term.words[:1].upper()}{term.words[1:]}."
        command = click.option(f"--{term.key}", term.name, type=kind, help=words)(command)
    return command
