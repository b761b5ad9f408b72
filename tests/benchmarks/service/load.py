"""A load generator: requests prepared as bytes, keep-alive connections, one thread, no parsing.

It shares the machine with what it measures, so that it does as little as it can for each request.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

RECEIVE_BYTES = 65_536
_HEAD_END = b"\r\n\r\n"
_LENGTH = b"Content-Length: "


class LoadError(Exception):
    """The server closed a connection or answered something unexpected."""


@dataclass
class Result:
    """What a load has measured."""

    sent: int = 0
    elapsed_s: float = 0.0
    #: When each was due or sent, of ``time.perf_counter``, and how long its answer took.
    asked_at_s: list[float] = field(default_factory=list)
    latencies_s: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return self.sent / self.elapsed_s

    def percentile_ms(self, percent: float) -> float:
        """The latency that this share of the requests did not exceed."""
        ordered = sorted(self.latencies_s)
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


class _Connection:
    """One keep-alive connection with at most one request under way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = bytearray()
        self.asked_at = 0.0

    def ask(self, request: bytes, asked_at: float) -> None:
        """Send a request."""
        self.asked_at = asked_at
        self.socket.sendall(request)

    def read(self) -> int | None:
        """Take in what arrived; the status when the answer is complete."""
        arrived = self.socket.recv(RECEIVE_BYTES)
        if not arrived:
            raise LoadError("the server closed a connection")
        self._received += arrived
        head_end = self._received.find(_HEAD_END)
        if head_end < 0:
            return None
        start = self._received.find(_LENGTH)
        if not 0 <= start < head_end:
            raise LoadError(f"an answer without length: {bytes(self._received[:200])!r}")
        stop = self._received.find(b"\r", start)
        length = int(self._received[start + len(_LENGTH) : stop])
        if len(self._received) < head_end + len(_HEAD_END) + length:
            return None
        status = int(self._received[9:12])
        self._received.clear()
        return status


class Load:
    """Drives requests against a port of this machine.

    Args:
        port: where the server listens.
        connections: requests under way at a time.
    """

    def __init__(self, port: int, connections: int) -> None:
        self._connections = [_Connection(port) for _ in range(connections)]
        self._selector = selectors.DefaultSelector()
        for connection in self._connections:
            self._selector.register(connection.socket, selectors.EVENT_READ, connection)

    def close(self) -> None:
        """Close all connections."""
        self._selector.close()
        for connection in self._connections:
            connection.socket.close()

    def flat_out(self, requests: Iterable[bytes], duration_s: float) -> Result:
        """As many requests as the server answers: each connection asks again at once."""
        result, source = Result(), iter(requests)
        started_at = time.perf_counter()
        idle = deque(self._connections)
        busy = 0
        while True:
            while idle and time.perf_counter() - started_at < duration_s:
                request = next(source, None)
                if request is None:
                    break
                idle.popleft().ask(request, time.perf_counter())
                busy += 1
            if not busy:
                break
            busy -= self._collect(result, idle, None)
        result.elapsed_s = time.perf_counter() - started_at
        return result

    def paced(self, requests: Iterable[bytes], per_second: float, duration_s: float) -> Result:
        """Requests at a steady rate; a late start counts as latency (no coordinated omission)."""
        result, source = Result(), iter(requests)
        idle = deque(self._connections)
        started_at = time.perf_counter()
        count, busy = 0, 0
        total = int(per_second * duration_s)
        while count < total or busy:
            due_at = started_at + count / per_second
            if count < total and idle and time.perf_counter() >= due_at:
                request = next(source, None)
                if request is None:
                    total = count
                    continue
                idle.popleft().ask(request, due_at)
                count, busy = count + 1, busy + 1
                continue
            wait_s = max(0.0, due_at - time.perf_counter()) if count < total and idle else None
            busy -= self._collect(result, idle, wait_s)
        result.elapsed_s = time.perf_counter() - started_at
        return result

    def _collect(self, result: Result, idle: deque[_Connection], wait_s: float | None) -> int:
        finished = 0
        for key, _ in self._selector.select(wait_s):
            connection: _Connection = key.data
            status = connection.read()
            if status is None:
                continue
            result.asked_at_s.append(connection.asked_at)
            result.latencies_s.append(time.perf_counter() - connection.asked_at)
            result.statuses[status] = result.statuses.get(status, 0) + 1
            result.sent += 1
            idle.append(connection)
            finished += 1
        return finished


def get(path: str) -> bytes:
    """A GET request."""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


def post(path: str, body: bytes) -> bytes:
    """A POST request with a JSON body."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
