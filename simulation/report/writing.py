"""Writes a report into a folder: `report.html`, a PNG of each figure, `numbers.json`."""

import json
import platform
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from relayer import __version__
from simulation.errors import ReportError
from simulation.report.drawing import to_png
from simulation.report.page import page_of
from simulation.result import Result


def write_report(folder: Path, result: Result, command: str) -> None:
    """Write all files; those of an earlier report are replaced.

    Args:
        folder: made if it is not there.
        result: what is reported.
        command: what makes the same report again.

    Raises:
        ReportError: the folder cannot be written to.
    """
    used = versions()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for figure in result.figures:
            (folder / f"{figure.name}.png").write_bytes(to_png(figure))
        numbers = _json_of(numbers_of(result, command, used))
        (folder / "numbers.json").write_text(numbers, "utf-8")
        (folder / "report.html").write_text(page_of(result, command, used), "utf-8")
    except OSError as error:
        raise ReportError(
            f"The report cannot be written to {folder} ({error.strerror}): name another folder "
            "with --out."
        ) from error


def versions() -> dict[str, str]:
    """Versions of what computes and draws."""
    packages = {name: version(name) for name in ("numpy", "matplotlib")}
    return {"on-the-house": __version__, "python": platform.python_version(), **packages}


def numbers_of(result: Result, command: str, used: Mapping[str, str]) -> dict[str, Any]:
    """All of a result for programs, with where it came from."""
    return {
        "title": result.title,
        "command": command,
        "seed": result.seed,
        "versions": dict(used),
        "warnings": list(result.warnings),
        "parameters": dict(result.parameters),
        "numbers": dict(result.numbers),
        "figures": [asdict(figure) for figure in result.figures],
        "tables": [asdict(table) for table in result.tables],
    }


def _json_of(values: Mapping[str, Any]) -> str:
    """JSON with a line for each key."""
    lines = (f"{json.dumps(name)}: {json.dumps(value)}" for name, value in values.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"
