"""The report as one HTML page: no script, nothing fetched, light and dark, wide and narrow.

Each figure has its table beside it, for those who read better than they see, and for copying.
"""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any, Final

from simulation.report.drawing import to_svg
from simulation.report.style import style_sheet
from simulation.result import Figure, Result, Table

_ROWS_OF_A_FIGURE: Final = 24

_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""


def page_of(result: Result, command: str, versions: Mapping[str, str]) -> str:
    """The whole page.

    Args:
        result: what is shown.
        command: what makes the same report again.
        versions: versions of what computed and drew.
    """
    parts = [
        *(_warning(sentence) for sentence in result.warnings),
        *(f"<p>{escape(sentence)}</p>" for sentence in result.summary),
        '<div class="figures">',
        *(_figure(figure) for figure in result.figures),
        "</div>",
        *(_table(table) for table in result.tables),
        _section("Numbers", _pairs(result.numbers)),
        _section("Parameters", _pairs(result.parameters)),
        _section("How it was made", _origin(result, command, versions)),
    ]
    return _PAGE.format(title=escape(result.title), style=style_sheet(), body="\n".join(parts))


def _warning(sentence: str) -> str:
    return f'<p class="warning" role="note"><strong>Warning:</strong> {escape(sentence)}</p>'


def _figure(figure: Figure) -> str:
    note = f"<p>{escape(figure.note)}</p>" if figure.note else ""
    return (
        f"<figure>\n<figcaption>{escape(figure.title)}</figcaption>\n{to_svg(figure)}\n{note}"
        f"<details><summary>The same as a table</summary>{_twin(figure)}</details>\n</figure>"
    )


def _twin(figure: Figure) -> str:
    """The figure as a table; of long lines evenly spread rows, the first and the last included."""
    header = [figure.axis, *(line.label for line in figure.lines)]
    count = len(figure.at)
    shown = min(count, _ROWS_OF_A_FIGURE)
    indices = [round(i * (count - 1) / max(shown - 1, 1)) for i in range(shown)]
    rows = ([figure.at[i], *(line.values[i] for line in figure.lines)] for i in indices)
    return _grid(header, ([_number(cell) for cell in row] for row in rows))


def _table(table: Table) -> str:
    note = f"<p>{escape(table.note)}</p>" if table.note else ""
    return _section(table.title, _grid(table.header, table.rows) + note)


def _section(title: str, content: str) -> str:
    return f"<section>\n<h2>{escape(title)}</h2>\n{content}\n</section>"


def _grid(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in header)
    body = "\n".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    table = f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"
    return f'<div class="scroll" tabindex="0">{table}</div>'


def _origin(result: Result, command: str, versions: Mapping[str, str]) -> str:
    seed = "" if result.seed is None else f"<p>Seed {result.seed}.</p>"
    used = ", ".join(f"{name} {number}" for name, number in versions.items())
    return f"<pre>{escape(command)}</pre>\n{seed}\n<p>Made with {escape(used)}.</p>"


def _pairs(values: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><th scope='row'>{escape(name.replace('_', ' '))}</th><td>{escape(text)}</td></tr>"
        for name, text in _flat(values)
    )
    table = f'<table class="pairs"><tbody>{rows}</tbody></table>'
    return f'<div class="scroll" tabindex="0">{table}</div>'


def _flat(values: Mapping[str, Any], before: str = "") -> Iterable[tuple[str, str]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}: ")
        elif isinstance(value, list | tuple) and any(isinstance(each, Mapping) for each in value):
            for number, each in enumerate(value, start=1):
                yield from _flat(each, f"{before}{name} {number}: ")
        else:
            yield before + name, _text(value)


def _text(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(_text(each) for each in value)
    return _number(value) if isinstance(value, int | float) else str(value)


def _number(value: float) -> str:
    """A number as people write it: no more digits than tell something."""
    if isinstance(value, int) or float(value).is_integer():
        return f"{int(value):,}"
    return f"{value:,.1f}" if abs(value) >= 1000 else f"{value:.4g}"
