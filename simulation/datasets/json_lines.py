"""Reads labelled texts: one JSON object in each line, with `text` and a `label` of 0 or 1."""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO, cast

from relayer.untrusted_json import read_json
from simulation.errors import DatasetError


@dataclass(frozen=True)
class LabelledText:
    """One text and its label."""

    text: str
    label: int


def read_labelled_texts(path: Path) -> list[LabelledText]:
    """All texts of a file, in its order; it may be compressed (`.gz`).

    Raises:
        DatasetError: it is missing, cut short, or has a line of another form.
    """
    try:
        with _open(path) as lines:
            return list(_parse_all(path, lines))
    except FileNotFoundError as error:
        raise DatasetError(f"{path} does not exist: give the data with --dataset.") from error
    except (EOFError, zlib.error) as error:
        raise DatasetError(
            f"{path} is cut short or damaged ({error}): fetch it once more."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(
            f"{path} cannot be read ({error}): give JSON Lines in UTF-8, plain or as .gz."
        ) from error


def _open(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return cast(TextIO, gzip.open(path, "rt", encoding="utf-8"))
    return path.open(encoding="utf-8")


def _parse_all(path: Path, lines: TextIO) -> Iterator[LabelledText]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _parse(f"Line {number} of {path}", line)


def _parse(place: str, line: str) -> LabelledText:
    try:
        record = read_json(line)
    except ValueError as error:
        raise DatasetError(
            f"{place} is no JSON ({error}): each line is an object with text and label."
        ) from error
    text = record.get("text") if isinstance(record, dict) else None
    label = record.get("label") if isinstance(record, dict) else None
    if not isinstance(text, str) or type(label) is not int or label not in (0, 1):
        raise DatasetError(
            f'{place} lacks a field: it needs a string "text" and a "label" that is 0 or 1.'
        )
    return LabelledText(text, label)
