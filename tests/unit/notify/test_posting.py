"""One receiver that answers as slowly as it can: its time is over all the same."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from relayer.notify.post import post
from relayer.notify.targets import Target

TIMEOUT_S = 0.4
PAUSE_S = 0.05
#: Far beyond the time-out, and far below what the answer would take.
BOUND_S = 6.0
DRIPS = int(2 * BOUND_S / PAUSE_S)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


@pytest.mark.parametrize(
    "beginning",
    [b"", b"HTTP/1.1 200 OK\r\nX-Long: ", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"],
    ids=["status", "headers", "body"],
)
def test_an_answer_that_drips_in_is_cut_off(listener: socket.socket, beginning: bytes) -> None:
    def drip() -> None:
        connection, _ = listener.accept()
        with connection, suppress(OSError):
            connection.sendall(beginning)
            for _ in range(DRIPS):
                connection.sendall(b"a")
                time.sleep(PAUSE_S)

    threading.Thread(target=drip, daemon=True).start()
    target = Target("http", "game.example", listener.getsockname()[1], "/", "127.0.0.1")
    begun_at = time.monotonic()
    delivery = post(target, {}, b"{}", TIMEOUT_S)
    assert time.monotonic() - begun_at < BOUND_S
    if beginning:
        assert delivery.arrived, "the status came whole, and only that counts"
    else:
        assert delivery.detail == "no answer: too slow"
