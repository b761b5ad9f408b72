"""Draws a figure with matplotlib: as PNG for files, as SVG that takes the page's colours.

matplotlib, which takes a second to import, is imported when the first figure is drawn.
"""

from __future__ import annotations

import io
import re
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from simulation.result import Figure, Line, Role

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

#: Width and height in inches: about a phone's width at the size of text that is set here.
SIZE_INCHES: Final = (4.3, 3.5)
_PNG_DOTS_PER_INCH: Final = 160
_MOST_POINTS: Final = 400
#: Characters that a row of the legend has room for, and what a line's sample takes of them.
_LEGEND_CHARACTERS: Final = 56
_HANDLE_CHARACTERS: Final = 8

#: Colours for the lines of a role, in order; lines beyond begin again with another pattern.
ROLE_COLOURS: Final[dict[Role, tuple[str, ...]]] = {
    "good": ("#0b6e4f", "#2f6fde", "#7a52cc"),
    "bad": ("#c1121f", "#c46200"),
    "model": ("#24292f", "#8a6d00"),
    "house": ("#2f6fde", "#c46200", "#0b6e4f"),
    "other": ("#2f6fde", "#c46200", "#0b6e4f", "#7a52cc", "#c1121f"),
}
_PATTERNS: Final[dict[Role, tuple[Any, ...]]] = {
    "good": ("-", (0, (1, 1))),
    "bad": ((0, (5, 2)), (0, (5, 1, 1, 1))),
    "model": ("-", (0, (3, 2))),
    "house": ("-", (0, (5, 2))),
    "other": ("-", (0, (5, 2)), (0, (1, 1))),
}
_INK: Final = "#1f2328"
_FAINT: Final = "#c9ced6"
_SETTINGS: Final[Any] = {
    "font.size": 9.5,
    "svg.fonttype": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": _FAINT,
    "axes.labelcolor": _INK,
    "text.color": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "grid.color": _FAINT,
    "grid.linewidth": 0.6,
}


@dataclass(frozen=True)
class Style:
    """How a line is drawn."""

    colour: str
    pattern: Any


def styles_of(lines: tuple[Line, ...]) -> list[Style]:
    """A style for each line, no two alike as long as there are patterns left."""
    styles: list[Style] = []
    for line in lines:
        mine = [
            Style(colour, pattern)
            for pattern in _PATTERNS[line.role]
            for colour in ROLE_COLOURS[line.role]
        ]
        used = {style.colour for style in styles}
        new = [style for style in mine if style.colour not in used]
        rest = [style for style in mine if style not in styles]
        styles.append((new or rest or mine)[0])
    return styles


def to_png(figure: Figure) -> bytes:
    """The figure with its title, on white."""
    with _settings():
        canvas = _draw(figure)
        canvas.axes[0].set_title(figure.title, fontsize=10, loc="left")
        target = io.BytesIO()
        canvas.savefig(target, format="png", dpi=_PNG_DOTS_PER_INCH, metadata={"Software": None})
    return target.getvalue()


def to_svg(figure: Figure) -> str:
    """An `<svg>` element without title, whose colours are variables of the page's style."""
    with _settings(**{"svg.hashsalt": figure.name}):
        canvas = _draw(figure)
        target = io.StringIO()
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        canvas.savefig(target, format="svg", transparent=True, metadata=nothing)
    return _for_page(target.getvalue(), figure.title)


def variables() -> dict[str, str]:
    """The page's variable for each colour that pictures use."""
    colours = [_INK, _FAINT, *sorted({each for row in ROLE_COLOURS.values() for each in row})]
    names = ["--ink", "--faint", *(f"--line{number}" for number in range(len(colours) - 2))]
    return dict(zip(colours, names, strict=True))


def _settings(**more: str) -> AbstractContextManager[None]:
    import matplotlib as mpl

    return mpl.rc_context(_SETTINGS | more)


def _draw(figure: Figure) -> Canvas:
    from matplotlib.figure import Figure as Canvas

    canvas = Canvas(figsize=SIZE_INCHES, layout="constrained")
    axes = canvas.add_subplot()
    axes.grid(axis="y")
    axes.set_axisbelow(True)
    if figure.reference is not None:
        axes.axhline(figure.reference, color=_INK, linewidth=0.8, linestyle=(0, (1, 2)))
    _add_lines(axes, figure)
    axes.set_xlabel(figure.axis)
    axes.set_ylabel(figure.values_axis)
    axes.margins(x=0.01)
    if figure.lines:
        columns = _legend_columns(figure.lines)
        canvas.legend(loc="outside lower center", ncols=columns, frameon=False, fontsize=9)
    return canvas


def _legend_columns(lines: tuple[Line, ...]) -> int:
    """As many columns as the longest name leaves room for."""
    longest = max(len(line.label) for line in lines)
    return min(len(lines), max(1, _LEGEND_CHARACTERS // (longest + _HANDLE_CHARACTERS)))


def _add_lines(axes: Axes, figure: Figure) -> None:
    """Draw at most so many points of a line as can be told apart, the last one among them."""
    step = -(-len(figure.at) // _MOST_POINTS) or 1
    last = slice(None, None, -step)
    for line, style in zip(figure.lines, styles_of(figure.lines), strict=True):
        axes.plot(
            figure.at[last][::-1],
            line.values[last][::-1],
            label=line.label,
            color=style.colour,
            linestyle=style.pattern,
            linewidth=1.5,
        )


def _for_page(svg: str, title: str) -> str:
    """Leave out the head of the file, fixed sizes and fixed colours."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r' (?:width|height)="[\d.]+pt"', "", svg, count=2)
    for colour, name in variables().items():
        svg = svg.replace(colour, f"var({name})")
    label = title.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return svg.replace("<svg", f'<svg role="img" aria-label="{label}"', 1)
