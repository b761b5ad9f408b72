"""What simulations and plans hand back: numbers for programs, figures and tables for people."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from simulation.errors import ParameterError

#: Whom a line is about; it decides how the line is drawn.
Role = Literal["good", "bad", "model", "house", "other"]


@dataclass(frozen=True)
class Line:
    """One line of a figure.

    Attributes:
        label: its name in legend and table.
        values: one for each value of the figure's axis.
        role: whom it is about.
    """

    label: str
    values: tuple[float, ...]
    role: Role = "other"


@dataclass(frozen=True)
class Figure:
    """Lines over one axis.

    Attributes:
        name: slug; the picture is `NAME.png`.
        title: what is to be seen.
        axis: name and unit of the horizontal axis.
        values_axis: name and unit of the vertical axis.
        at: values of the horizontal axis, increasing.
        lines: what is drawn over them.
        note: a sentence or two below the figure.
        reference: a height that matters, such as the start of 100 %; None: none does.

    Raises:
        ParameterError: a line has not one value for each of the axis.
    """

    name: str
    title: str
    axis: str
    values_axis: str
    at: tuple[float, ...]
    lines: tuple[Line, ...]
    note: str = ""
    reference: float | None = None

    def __post_init__(self) -> None:
        for line in self.lines:
            if len(line.values) != len(self.at):
                raise ParameterError(
                    f"The line {line.label} of {self.name} has {len(line.values)} values: "
                    f"give one for each of the axis, {len(self.at)}."
                )


@dataclass(frozen=True)
class Table:
    """A table that no figure shows.

    Attributes:
        title: what it tells.
        header: names of the columns.
        rows: cells as they are printed.
        note: a sentence or two below it.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Result:
    """The outcome of one run.

    Attributes:
        title: heading of the report.
        summary: sentences that say what came out, a paragraph each.
        parameters: all that was chosen, by name.
        numbers: what came out, ready for JSON.
        figures: what the report draws.
        tables: what the report lists beside.
        seed: what every draw came from.
        warnings: sentences that say why what came out is not to be relied on.
    """

    title: str
    summary: tuple[str, ...]
    parameters: Mapping[str, Any]
    numbers: Mapping[str, Any]
    figures: tuple[Figure, ...]
    tables: tuple[Table, ...] = field(default=())
    seed: int | None = None
    warnings: tuple[str, ...] = ()
