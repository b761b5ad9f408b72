"""A real HTTP server in front of a node that fails in the ways in which nodes fail."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

import requests

#: Takes request and answer and gives the answer that is told instead.
Change = Callable[[Any, Any], Any]
#: Writes whatever it likes to the relayer instead of the node's answer.
Fault = Callable[["Handler", bytes], None]


class Handler(BaseHTTPRequestHandler):
    """One connection to the relayer."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # a body would wait until its headers have come
    proxy: FaultyProxy

    def do_POST(self) -> None:
        """Forward a request, or fail."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fault = self.proxy.fault_for(body)
        if fault is not None:
            fault(self, body)
        else:
            self.give(self.proxy.forward(body))

    def give(self, body: bytes, status: int = 200, **headers: str) -> None:
        """Answer."""
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Keep the test's output for the test."""


class FaultyProxy:
    """Forwards JSON-RPC to a node until it is told to fail.

    Args:
        node_url: the node behind it.
    """

    def __init__(self, node_url: str) -> None:
        self._node_url = node_url
        self._faults: dict[str | None, Fault] = {}
        self._open = threading.Event()
        #: Methods of all requests that came, in order.
        self.asked: list[str] = []
        handler = type("BoundHandler", (Handler,), {"proxy": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        """Address for the relayer."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def fail(self, fault: Fault, method: str | None = None) -> None:
        """Fail from now on, in requests of one method or in all."""
        self._faults[method] = fault

    def heal(self) -> None:
        """Forward everything again."""
        self._faults.clear()

    def close(self) -> None:
        """End the proxy and let go of everything that hangs in it."""
        self._open.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.close()

    def fault_for(self, body: bytes) -> Fault | None:
        """The fault that a request meets."""
        asked = json.loads(body)
        method = asked[0]["method"] if isinstance(asked, list) else asked["method"]
        self.asked.append(method)
        return self._faults.get(method) or self._faults.get(None)

    def forward(self, body: bytes) -> bytes:
        """The node's own answer."""
        headers = {"Content-Type": "application/json"}
        return requests.post(self._node_url, data=body, headers=headers, timeout=30).content

    def hold(self) -> None:
        """Stand still until the proxy is closed."""
        self._open.wait(60)


def http_status(status: int, **headers: str) -> Fault:
    """Fault: an HTTP error with a page for people."""
    return lambda handler, _: handler.give(b"<html>sorry</html>", status, **headers)


def hang(handler: Handler, body: bytes) -> None:
    """Fault: the connection stands and nothing comes."""
    handler.proxy.hold()
    handler.close_connection = True


def drip(handler: Handler, body: bytes) -> None:
    """Fault: the answer comes byte by byte and never ends."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    try:
        while not handler.proxy._open.wait(0.02):
            handler.wfile.write(b" ")
            handler.wfile.flush()
    except OSError:
        handler.close_connection = True


def cut(handler: Handler, body: bytes) -> None:
    """Fault: the connection breaks in the middle of the answer."""
    answer = handler.proxy.forward(body)
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(answer)))
    handler.end_headers()
    handler.wfile.write(answer[: len(answer) // 2])
    handler.wfile.flush()
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


def truncated(handler: Handler, body: bytes) -> None:
    """Fault: half of the answer, declared as the whole."""
    answer = handler.proxy.forward(body)
    handler.give(answer[: len(answer) // 2])


def says(text: str) -> Fault:
    """Fault: these words instead of any answer."""
    return lambda handler, _: handler.give(text.encode())


def refuses(code: int, message: str) -> Fault:
    """Fault: a JSON-RPC error; the node never sees the request."""

    def fault(handler: Handler, body: bytes) -> None:
        error = {"code": code, "message": message}
        told = {"jsonrpc": "2.0", "id": json.loads(body)["id"], "error": error}
        handler.give(json.dumps(told).encode())

    return fault


def changed(change: Change) -> Fault:
    """Fault: the node's answer, changed on its way; batches answer by answer."""

    def fault(handler: Handler, body: bytes) -> None:
        asked, answer = json.loads(body), json.loads(handler.proxy.forward(body))
        if isinstance(asked, list):
            told = [change(each, given) for each, given in zip(asked, answer, strict=True)]
        else:
            told = change(asked, answer)
        handler.give(json.dumps(told).encode())

    return fault


def result(change: Callable[[Any], Any]) -> Fault:
    """Fault: another result than the node's."""
    return changed(lambda _, answer: {**answer, "result": change(answer.get("result"))})


def wrong_id(handler: Handler, body: bytes) -> None:
    """Fault: the answer to another question."""
    changed(lambda asked, answer: {**answer, "id": asked["id"] + 1})(handler, body)
