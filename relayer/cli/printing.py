"""What commands print: sentences for people, JSON for programs.

Programs find JSON and nothing else on standard output; progress, and what is in the way, are
sentences on standard error for both.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import click

_Command = TypeVar("_Command", bound=Callable[..., Any])


def json_option(command: _Command) -> _Command:
    """Give a command the flag ``--json``; it gets it as ``as_json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def print_json(value: Any) -> None:
    """Print a value as JSON that people can read, too."""
    click.echo(json.dumps(value, indent=2))


def print_json_line(value: Any) -> None:
    """Print one of many values as a line of JSON."""
    click.echo(json.dumps(value))


def tell(sentence: str, facts: Any, *, as_json: bool) -> None:
    """Print what a command did.

    Args:
        sentence: for people.
        facts: for programs.
        as_json: who reads it.
    """
    if as_json:
        print_json(facts)
    else:
        click.echo(sentence)


def progress(*, as_json: bool) -> Callable[[str], None]:
    """Return what prints a line about work under way."""
    return partial(click.echo, err=as_json)
