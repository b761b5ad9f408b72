"""Clients that say nothing, or do not hang up: nobody else waits for them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.raw_server import THREADS, Server, get, read_answer, serving

#: Each of the waits that are tried here would be two seconds at least.
AT_ONCE_S = 1.0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("idle")) as server:
        yield server


def seconds_for_an_answer(server: Server) -> float:
    begun_at = time.monotonic()
    assert server.say(get("/healthz")).status == 200
    return time.monotonic() - begun_at


def test_clients_that_say_nothing_hold_no_thread(server: Server) -> None:
    with ExitStack() as silent:
        for _ in range(3 * THREADS):
            silent.enter_context(server.connect())
        assert seconds_for_an_answer(server) < AT_ONCE_S


def test_clients_that_do_not_hang_up_hold_up_nobody(server: Server) -> None:
    with ExitStack() as staying:
        begun_at = time.monotonic()
        for _ in range(3):
            connection = staying.enter_context(server.connect())
            connection.sendall(get("/healthz", "Connection: close"))
            assert read_answer(connection).status == 200
        assert time.monotonic() - begun_at < AT_ONCE_S


def test_a_silent_client_is_served_when_it_speaks(server: Server) -> None:
    with server.connect() as connection:
        time.sleep(0.1)
        for _ in range(2):
            connection.sendall(get("/healthz"))
            assert read_answer(connection).status == 200
