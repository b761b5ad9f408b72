"""A real HTTP proxy in front of a node that changes answers on their way."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

import requests

from tests.integration.rebuild.untrue_nodes import Lie


class LyingProxy:
    """Forwards JSON-RPC; what a lie is told about comes back changed.

    Args:
        node_url: the true node.
        lies: by method: what becomes of a result.
    """

    def __init__(self, node_url: str, **lies: Lie) -> None:
        self._node_url = node_url
        self._lies = lies
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """Address for whoever is to be deceived."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def answer(self, body: bytes) -> bytes:
        """What is told instead of the node's answer."""
        headers = {"Content-Type": "application/json"}
        answer = requests.post(self._node_url, data=body, headers=headers, timeout=30).content
        asked: Any = json.loads(body)
        lie = self._lies.get(asked["method"]) if isinstance(asked, dict) else None
        if lie is None:
            return answer
        told = json.loads(answer)
        return json.dumps({**told, "result": lie(told["result"])}).encode()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # a body would wait until its headers have come

            def do_POST(self) -> None:
                answer = proxy.answer(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *arguments: object) -> None:
                """Keep the test's output for the test."""

        return Handler
