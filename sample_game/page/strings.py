"""The words of the page, where the server writes them before any module runs."""

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

_STRINGS: Final = Path(__file__).parents[1] / "static" / "hunch" / "strings"


@cache
def languages() -> list[str]:
    """Return the languages that have a table of strings; English first, for everybody else."""
    return sorted((path.stem for path in _STRINGS.glob("*.json")), key="en".__ne__)


@cache
def words_of(language: str) -> dict[str, Any]:
    """Return the table of strings of a language."""
    words: dict[str, Any] = json.loads((_STRINGS / f"{language}.json").read_text(encoding="utf-8"))
    return words
