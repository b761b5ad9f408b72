"""A line for each request: one line whatever a client sends, and never in a request's way."""

from __future__ import annotations

import json
import os
import select
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from gunicorn.config import Config

from relayer.cli.web import log_arguments
from relayer.logs import ACCESS_FACTS
from relayer.serving import access_log
from relayer.serving.access_log import MOST_BYTES_AT_ONCE, AccessLog, Served, line_of
from relayer.serving.logger import Logger
from relayer.settings import Settings

SERVED = Served(
    at=0.5,
    method="POST",
    path="/v1/contributions",
    status="202 ACCEPTED",
    duration_s=0.00312,
    headers=[("Location", "/x"), ("X-Request-Id", "round-7")],
    facts=lambda: {"player": "0x5C"},
)


def with_path(path: str) -> Served:
    return SERVED._replace(path=path.encode().decode("latin-1"))


def test_a_line_of_json_tells_the_request_and_what_it_was_about() -> None:
    line = line_of(SERVED, "json")
    assert json.loads(line) == {
        "at": "1970-01-01T00:00:00.500+00:00",
        "level": "info",
        "logger": "relayer.access",
        "message": "POST /v1/contributions 202",
        "request_id": "round-7",
        "method": "POST",
        "path": "/v1/contributions",
        "status": 202,
        "duration_ms": 3.1,
        "player": "0x5C",
    }


def test_a_line_of_text_is_for_people() -> None:
    assert line_of(SERVED._replace(status="503 X"), "text").decode() == (
        "1970-01-01T00:00:00.500+00:00 ERROR   relayer.access: POST /v1/contributions 503 "
        "request_id=round-7 duration_ms=3.1 player=0x5C\n"
    )


@pytest.mark.parametrize("log_format", ["json", "text"])
@pytest.mark.parametrize("path", ["/a\nb", "/\u2028\x00\x1b[2J", '/"},{"', "/ä" * 9_000])
def test_whatever_the_path_it_is_one_line_and_one_write(log_format: str, path: str) -> None:
    line = line_of(with_path(path), log_format)
    assert line.count(b"\n") == 1
    assert b"\x1b" not in line
    assert len(line) < MOST_BYTES_AT_ONCE
    if log_format == "json":
        assert json.loads(line)["path"] == path[:300]


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reader, writer = os.pipe()
    yield reader, writer
    for descriptor in (reader, writer):
        os.close(descriptor)


def test_every_line_is_written_in_order_when_the_log_ends(pipe: tuple[int, int]) -> None:
    reader, writer = pipe
    log = AccessLog("json", writer)
    for number in range(100):
        log.add(with_path(f"/{number}"))
    log.close()
    lines = os.read(reader, 65_536).splitlines()
    assert [json.loads(line)["path"] for line in lines] == [f"/{number}" for number in range(100)]


def test_requests_do_not_wait_for_a_reader_and_what_is_lost_is_told(
    pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access_log, "MOST_WAITING", 500)
    reader, writer = pipe
    log, added = AccessLog("json", writer), 0
    while not log._lost and added < 50_000:  # until pipe and memory are full
        log.add(SERVED)
        added += 1
    lost = log._lost
    assert lost
    told, lines = 0, 0
    log._ended.set()
    log._wake.set()
    while log._writer.is_alive() or select.select([reader], [], [], 0)[0]:
        if select.select([reader], [], [], 0.05)[0]:
            for line in _whole_lines(reader):
                lines += 1
                told += json.loads(line).get("lines_lost", 0)
    assert (told, lines) == (lost, added - lost)


def _whole_lines(reader: int) -> list[bytes]:
    """Writes hold whole lines, and reads take whole writes when they are large enough."""
    data = os.read(reader, 1 << 20)
    assert data.endswith(b"\n")
    return data.splitlines()


def test_a_pipe_that_nobody_waits_for_is_waited_for(pipe: tuple[int, int]) -> None:
    reader, writer = pipe
    os.set_blocking(writer, False)
    while select.select([], [writer], [], 0)[1]:
        os.write(writer, b"." * MOST_BYTES_AT_ONCE)
    log = AccessLog("json", writer)
    for number in range(50):
        log.add(with_path(f"/{number}"))
    log.close(patience_s=0.3)
    assert log._writer.is_alive(), "the pipe is full"
    data = os.read(reader, 1 << 20)
    log._writer.join()
    lines = (data + os.read(reader, 1 << 20)).lstrip(b".").splitlines()
    assert [json.loads(line)["path"] for line in lines] == [f"/{number}" for number in range(50)]


@pytest.mark.parametrize("can_count", [True, False])
def test_lines_that_are_lost_are_counted_once_and_kept_until_they_can_be(can_count: bool) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    counted: list[int] = []

    def count(lines: int) -> bool:
        counted.append(lines)
        return can_count or len(counted) > 1

    log = AccessLog("json", writer, count_lost=count)
    log._count()
    for _ in range(3):
        log.add(SERVED)
    log.close()
    log._count()
    assert counted == ([3] if can_count else [3, 3])
    os.close(writer)


def test_facts_that_cannot_be_told_cost_no_line(pipe: tuple[int, int]) -> None:
    reader, writer = pipe
    log = AccessLog("json", writer)
    log.add(SERVED._replace(facts=lambda: {"x": dict[str, str]()["nothing"]}))
    log.add(SERVED)
    log.close()
    first, second = map(json.loads, os.read(reader, 65_536).splitlines())
    assert first["error"] == "KeyError('nothing')"
    assert second["player"] == "0x5C"


def test_nobody_who_reads_is_no_fault(pipe: tuple[int, int]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    log = AccessLog("text", writer)
    log.add(SERVED)
    log.close()
    assert not log._writer.is_alive()
    os.close(writer)


class NotedLogger(Logger):
    """Keeps what it is to write."""

    def __init__(self, settings: Settings) -> None:
        self.served: list[Served] = []
        config = Config()
        for argument in log_arguments(settings):
            name, _, value = argument.removeprefix("--").partition("=")
            known = {"access-logformat": "access_log_format", "access-logfile": "accesslog"}
            if name in known:
                config.set(known[name], value)
        super().__init__(config)

    def _log(self) -> Any:
        return SimpleNamespace(add=self.served.append)


def serve(logger: Logger, path: str = "/v1/config", **environ: Any) -> None:
    response = SimpleNamespace(status="200 OK", headers=[("X-Request-Id", "round-7")])
    request = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "a=b"}
    logger.access(response, None, request | environ, timedelta(milliseconds=12.34))


def test_the_server_tells_what_it_served() -> None:
    logger = NotedLogger(Settings(access_log=True))
    facts = {ACCESS_FACTS: lambda: {"code": "no"}}
    serve(logger, "/caf\xc3\xa9", SCRIPT_NAME="/house", **facts)
    line = json.loads(line_of(logger.served[0], "json"))
    assert (line["path"], line["status"], line["duration_ms"]) == ("/house/café", 200, 12.3)
    assert (line["request_id"], line["code"]) == ("round-7", "no")


@pytest.mark.parametrize(
    ("settings", "lines"),
    [({}, 0), ({"access_log": True}, 1), ({"log_format": "json"}, 1),
     ({"log_format": "json", "access_log": False}, 0)],
)  # fmt: skip
def test_requests_get_lines_where_they_are_wanted(settings: dict[str, Any], lines: int) -> None:
    logger = NotedLogger(Settings(**settings))
    serve(logger)
    assert len(logger.served) == lines
