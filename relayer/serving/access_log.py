"""A line for each request, written beside the requests and not within them.

A request leaves what is at hand in memory; a thread makes lines of it and writes them a few times a
second. When the reader of the lines is too slow, requests do not wait for it: lines are dropped,
the next line that gets through says how many, and they are counted for monitoring.
"""

from __future__ import annotations

import atexit
import os
import select
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from pydantic_core import to_json

from relayer.logs import JSON

#: Most requests whose lines wait to be written.
MOST_WAITING: Final = 5_000
#: Pause between two writes.
WRITE_INTERVAL_S: Final = 0.2
#: What one write to a pipe holds together beside other writers (PIPE_BUF of Linux).
MOST_BYTES_AT_ONCE: Final = 4096
#: Of a path, what a line tells; with all else that it tells, a line is shorter than one write.
MOST_PATH_CHARACTERS: Final = 300
#: How long a full pipe is waited for before the lines that were lost meanwhile are counted.
_ROOM_WAIT_MS: Final = 500
#: Pause before a pipe is tried again that another writer has filled first.
_RIVAL_WAIT_S: Final = 0.01

_LOGGER: Final = "relayer.access"
_REQUEST_ID: Final = "X-Request-Id"
_SERVER_ERROR: Final = 500


class Served(NamedTuple):
    """A request that was answered, as the server knows it."""

    at: float  #: unix seconds, when the answer was complete
    method: str
    path: str  #: as WSGI hands it over: the bytes as Latin-1
    status: str  #: begins with the number
    duration_s: float
    headers: Iterable[tuple[str, str]]  #: of the answer
    facts: Callable[[], Mapping[str, Any]] | None  #: what the application has to say


def line_of(served: Served, log_format: str, **more: Any) -> bytes:
    """Return the line about a request, with its end.

    Args:
        served: the request.
        log_format: ``json`` or ``text``.
        more: what it tells beside.
    """
    at = datetime.fromtimestamp(served.at, UTC).isoformat(timespec="milliseconds")
    digits = served.status[:3]
    status = int(digits) if digits.isdecimal() else 0
    level = "error" if status >= _SERVER_ERROR else "info"
    path = served.path.encode("latin-1", "replace").decode("utf-8", "replace")
    path = path[:MOST_PATH_CHARACTERS]
    message = f"{served.method} {path} {status}"
    request_id = _find(served.headers, _REQUEST_ID)
    told: dict[str, Any] = {"duration_ms": round(served.duration_s * 1_000, 1), **more}
    if served.facts is not None:
        told |= served.facts()
    if log_format != JSON:
        words = [message, f"request_id={request_id}", *(f"{k}={v}" for k, v in told.items())]
        # Whatever a client wrote into the path, it stays one line.
        safe = " ".join(words).encode("unicode_escape")
        return f"{at} {level.upper():<7} {_LOGGER}: ".encode() + safe + b"\n"
    line = {
        "at": at,
        "level": level,
        "logger": _LOGGER,
        "message": message,
        "request_id": request_id,
        "method": served.method,
        "path": path,
        "status": status,
        **told,
    }
    return to_json(line) + b"\n"


def _find(headers: Iterable[tuple[str, str]], wanted: str) -> str | None:
    for name, value in headers:
        if name == wanted:
            return value
    return None


class AccessLog:
    """Writes lines about requests to a file descriptor; safe for threads, not across a fork.

    Args:
        log_format: ``json`` or ``text``.
        descriptor: where the lines go; default: standard error.
        count_lost: counts lines that were lost, beside the requests; returns whether it could.
    """

    def __init__(
        self,
        log_format: str,
        descriptor: int = 2,
        count_lost: Callable[[int], bool] = lambda count: True,
    ) -> None:
        self._log_format = log_format
        self._descriptor = descriptor
        self._count_lost = count_lost
        self._room = select.poll()
        self._room.register(descriptor, select.POLLOUT)
        self._waiting: deque[Served] = deque()
        self._lost = 0  #: no line has told of them
        self._uncounted = 0
        self._counting = threading.Lock()
        self._wake = threading.Event()
        self._ended = threading.Event()
        self._writer = threading.Thread(target=self._run, name="access-log", daemon=True)
        self._writer.start()
        atexit.register(self.close)

    def add(self, served: Served) -> None:
        """Have a line written; returns at once."""
        if len(self._waiting) >= MOST_WAITING:
            self._lose(1)
            return
        self._waiting.append(served)
        if not self._wake.is_set():
            self._wake.set()

    def close(self, patience_s: float = 2.0) -> None:
        """Write what waits, for some seconds at most, and end."""
        self._ended.set()
        self._wake.set()
        self._writer.join(patience_s)
        atexit.unregister(self.close)

    def _run(self) -> None:
        while not self._ended.is_set():
            self._wake.wait()
            self._ended.wait(WRITE_INTERVAL_S)
            self._wake.clear()
            self._write_all()
            self._count()
        self._write_all()
        self._count()

    def _write_all(self) -> None:
        chunk = b""
        while self._waiting:
            line = self._next_line()
            if len(chunk) + len(line) > MOST_BYTES_AT_ONCE:
                self._write(chunk)
                chunk = b""
            chunk += line
        self._write(chunk)

    def _next_line(self) -> bytes:
        served = self._waiting.popleft()
        more: dict[str, Any] = {}
        if self._lost:
            with self._counting:
                more, self._lost = {"lines_lost": self._lost}, 0
        try:
            return line_of(served, self._log_format, **more)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            # What the application has to say cannot be said; the line goes out without it.
            more["error"] = repr(error)
            return line_of(served._replace(facts=None), self._log_format, **more)

    def _write(self, chunk: bytes) -> None:
        while chunk:
            self._wait_for_room()
            try:
                chunk = chunk[os.write(self._descriptor, chunk) :]
            except BlockingIOError:
                # Whoever shares the pipe has made it one that nobody waits for, and filled it.
                self._ended.wait(_RIVAL_WAIT_S)
            except OSError:
                # Nobody reads; the service goes on without the lines.
                self._lose(chunk.count(b"\n"))
                return

    def _wait_for_room(self) -> None:
        """Wait for a slow reader, as writing would, but go on counting."""
        while not self._room.poll(_ROOM_WAIT_MS):
            self._count()

    def _lose(self, lines: int) -> None:
        with self._counting:
            self._lost += lines
            self._uncounted += lines

    def _count(self) -> None:
        with self._counting:
            lines, self._uncounted = self._uncounted, 0
        if lines and not self._count_lost(lines):
            with self._counting:
                self._uncounted += lines
