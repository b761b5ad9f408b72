"""What all simulations share: their flags, and what they leave behind."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from relayer.cli.printing import json_option, print_json_line
from relayer.cli.readings import Read

if TYPE_CHECKING:
    from simulation.report import ProgressBar
    from simulation.result import Result

_Command = TypeVar("_Command", bound=Callable[..., Any])


def simulation_options(command: _Command) -> _Command:
    """Give a command the flags of all simulations: dataset, seed, exact, out, and JSON."""
    for option in reversed(
        (
            click.option(
                "--dataset",
                type=click.Path(path_type=Path),
                help="Folder or file with the data.  [default: the folder that ON_THE_HOUSE_DATA "
                "names, or ../shared/data]",
            ),
            click.option("--seed", type=int, default=1, show_default=True, help="Of every draw."),
            click.option(
                "--exact", is_flag=True, help="Run the reference simulation, draw by draw."
            ),
            click.option(
                "--out",
                type=click.Path(path_type=Path, file_okay=False),
                help="Folder for report.html, pictures and numbers.json.",
            ),
        )
    ):
        command = option(command)
    return json_option(command)


def progress_bar(label: str) -> ProgressBar:
    """A bar on standard error."""
    from simulation.report import ProgressBar

    return ProgressBar(label, sys.stderr)


def with_prices(given: Mapping[str, Any], scenario: type[Any]) -> dict[str, Any]:
    """What was given, prices of gas put together as a scenario takes them."""
    prices = {name: given[name] for name in ("base_fee_wei", "tip_wei") if name in given}
    others = {name: value for name, value in given.items() if name not in prices}
    if prices:
        others["prices"] = replace(scenario.prices, **prices)
    return others


def hand_over(result: Result, out: Path | None, *, as_json: bool) -> None:
    """Write the report, if one is wanted, and print what came out.

    Raises:
        ReportError: the folder cannot be written to.
    """
    if out is not None:
        from simulation.report import write_report

        write_report(out, result, command_line(click.get_current_context()))
    if as_json:
        print_json_line({"seed": result.seed, **result.numbers, "warnings": result.warnings})
        return
    for sentence in (*(f"Warning: {each}" for each in result.warnings), *result.summary):
        click.echo(sentence)
    if out is not None:
        click.echo(f"The report is {out / 'report.html'}.")


def command_line(ctx: click.Context) -> str:
    """The command that makes the same again, from what was given."""
    words = ctx.command_path.split()
    for option in ctx.command.params:
        name = option.name or ""
        if ctx.get_parameter_source(name) is not ParameterSource.COMMANDLINE:
            continue
        value = ctx.params[name]
        words += [option.opts[0]] if value is True else [option.opts[0], _as_given(option, value)]
    return shlex.join(words)


def _as_given(option: click.Parameter, value: Any) -> str:
    """A text of which the option makes this value again."""
    return option.type.show(value) if isinstance(option.type, Read) else str(value)
