"""The service under gunicorn, spoken to in bytes that no HTTP library would send."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from relayer.cli.web import gunicorn_command
from relayer.settings import Settings
from tests.house import House
from tests.ports import reserve_port

READ_S = 30.0
REQUEST_TIMEOUT_S = 2.0
THREADS = 4


@dataclass(frozen=True, slots=True)
class Answer:
    """The first answer on a connection, and whether the connection ended after it."""

    status: int
    headers: dict[str, str]
    body: bytes
    rest: bytes

    @property
    def code(self) -> str:
        """The problem's code; every error must be problem details."""
        assert self.headers["content-type"] == "application/problem+json", self
        problem = json.loads(self.body)
        assert problem["status"] == self.status
        assert problem["request_id"] == self.headers["x-request-id"]
        assert problem["type"].endswith(f"/docs/errors#{problem['code']}")
        return str(problem["code"])


@dataclass(frozen=True, slots=True)
class Server:
    """The service under gunicorn: one process with few threads."""

    house: House
    port: int
    log: Path

    def line_about(self, request_id: str) -> dict[str, Any]:
        """The line of the log with this request id, once it is written."""
        give_up_at = time.monotonic() + READ_S
        while time.monotonic() < give_up_at:
            for line in self.log.read_text("utf-8").splitlines():
                if f'"{request_id}"' in line:
                    told: dict[str, Any] = json.loads(line)
                    return told
            time.sleep(0.02)
        raise AssertionError(f"no line about {request_id}")

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), READ_S)

    def say(self, *pieces: bytes) -> Answer:
        """Send bytes and read the first answer."""
        with self.connect() as connection:
            for piece in pieces:
                connection.sendall(piece)
            return read_answer(connection)


def read_answer(connection: socket.socket) -> Answer:
    """Read until an answer is whole."""
    connection.settimeout(READ_S)
    data = b""
    while b"\r\n\r\n" not in data:
        received = connection.recv(65_536)
        assert received, f"the connection ended after {data!r}"
        data += received
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:])
    length = int(headers.get("content-length", "0"))
    while len(body) < length:
        received = connection.recv(65_536)
        assert received, "the connection ended in the middle of an answer"
        body += received
    return Answer(int(lines[0].split()[1]), headers, body[:length], body[length:])


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """Serve; in the end nothing must have gone wrong, and each line of the log must be JSON."""
    house = House(folder, web_threads=THREADS)
    port = reserve_port()
    settings = Settings(port=port, web_workers=1, web_threads=THREADS, log_format="json")
    environment = {
        "PYTHONPATH": str(Path(__file__).parents[1]),
        "RELAYER_DATABASE": str(house.settings.database),
        "RELAYER_DEPLOYMENT": str(house.settings.deployment),
        "RELAYER_LOG_FORMAT": "json",
        "RELAYER_REQUEST_TIMEOUT_S": str(REQUEST_TIMEOUT_S),
        "RELAYER_WEB_THREADS": str(THREADS),
    }
    log_path = folder / "web.log"
    log = log_path.open("wb")
    process = subprocess.Popen(
        gunicorn_command(settings), env=environment, stdout=log, stderr=log, cwd=folder
    )
    server = Server(house, port, log_path)
    try:
        wait_until_open(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(60)
        log.close()
        house.close()
    assert "Traceback" not in log_path.read_text("utf-8")
    assert all(json.loads(line)["at"] for line in log_path.read_text("utf-8").splitlines())


def wait_until_open(server: Server, process: subprocess.Popen[bytes]) -> None:
    give_up_at = time.monotonic() + 120
    while time.monotonic() < give_up_at:
        assert process.poll() is None
        try:
            assert server.say(get("/healthz")).status == 200
            return
        except (ConnectionError, AssertionError):
            time.sleep(0.05)
    raise AssertionError("the service did not begin")


def get(path: str, *headers: str, method: str = "GET") -> bytes:
    """A request as bytes."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1")


def post(body: bytes, *headers: str, path: str = "/v1/contributions") -> bytes:
    """A request with a body as bytes; its headers are those given, or the right ones."""
    given = headers or (f"Content-Length: {len(body)}", "Content-Type: application/json")
    return get(path, *given, method="POST") + body
