"""Lists as files: every line that fits the filter, read page by page while it is sent."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from threading import BoundedSemaphore
from typing import AnyStr, Final

from flask import Response, stream_with_context

from relayer.ops.lists.columns import Column, Kind, Line, Listing, Value
from relayer.ops.refusals import ExportsBusy

#: Lines that are read at a time.
CHUNK: Final = 1_000
#: Files that are written at a time: each keeps a thread of the server busy.
AT_ONCE: Final = 2

#: What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection).
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001

_busy = BoundedSemaphore(AT_ONCE)


def as_csv(listing: Listing) -> Response:
    """Answer with a list as CSV, of RFC 4180 in UTF-8; times are ISO 8601 in UTC.

    Raises:
        ExportsBusy: too many files are being written.
    """
    return streamed(f"{listing.name}.csv", _csv(listing), "text/csv; charset=utf-8")


def as_json(listing: Listing) -> Response:
    """Answer with a list as an array of JSON objects; times are unix seconds.

    Raises:
        ExportsBusy: too many files are being written.
    """
    return streamed(f"{listing.name}.json", _json(listing), "application/json")


def lines_of(listing: Listing) -> Iterator[Sequence[Line]]:
    """Yield all lines of a list, some at a time."""
    place: str | None = None
    while True:
        page = listing.page(place, CHUNK)
        yield page.lines
        place = page.next_place
        if place is None:
            return


def harmless(value: Value) -> Value:
    """Return a value that no spreadsheet takes for a formula: such a text gets an apostrophe."""
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA):
        return f"'{value}"
    return value


def _csv(listing: Listing) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([column.key for column in listing.columns])
    for lines in lines_of(listing):
        writer.writerows([_cell(column, line) for column in listing.columns] for line in lines)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _cell(column: Column, line: Line) -> Value:
    value = line[column.key]
    if column.kind is Kind.TIME and isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC).isoformat(timespec="milliseconds")
    return harmless(value)


def _json(listing: Listing) -> Iterator[str]:
    yield "["
    separator = "\n"
    keys = [column.key for column in listing.columns]
    for lines in lines_of(listing):
        for line in lines:
            yield separator + json.dumps({key: line[key] for key in keys})
            separator = ",\n"
    yield "\n]\n"


def streamed(name: str, parts: Iterator[AnyStr], media_type: str) -> Response:
    """Answer with a file that is written while it is sent.

    Args:
        name: of the file; our own, so it needs no quoting.
        parts: what is in it.
        media_type: what it is.

    Raises:
        ExportsBusy: too many files are being written.
    """
    turn = _Turn()
    response = Response(stream_with_context(turn.during(parts)), content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.call_on_close(turn.end)
    return response


class _Turn:
    """One of the few files that are written at a time, from the first line to the last.

    Raises:
        ExportsBusy: too many files are being written.
    """

    def __init__(self) -> None:
        if not _busy.acquire(blocking=False):
            raise ExportsBusy(
                f"{AT_ONCE} files are being written, and each keeps the server busy. Try again "
                "when one of them is done."
            )
        self._is_over = False

    def during(self, parts: Iterator[AnyStr]) -> Iterator[AnyStr]:
        """Yield the parts, and end the turn with the last."""
        yield from parts
        self.end()

    def end(self) -> None:
        """Let another file be written; who goes away before the last line ends it as well."""
        if not self._is_over:
            self._is_over = True
            _busy.release()
