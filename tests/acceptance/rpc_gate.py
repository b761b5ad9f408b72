"""A gate between the relayer and its node that holds chosen requests, to kill at exact moments."""

from __future__ import annotations

import json
import threading
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests

WAIT_S = 60.0


class Hold(Enum):
    """Where a request is held."""

    BEFORE = "before the node sees it"
    AFTER = "after the node took it, before its answer arrives"


class RpcGate:
    """Forwards JSON-RPC to a node; once armed, the next request of a method is held for ever.

    The relayer that waits for the answer is killed by the test; a held request of `Hold.BEFORE`
    never reaches the node.
    """

    def __init__(self, node_url: str) -> None:
        self._node_url = node_url
        self._method: str | None = None
        self._hold = Hold.BEFORE
        self._held = threading.Event()
        self._open = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Address for the relayer."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def arm(self, method: str, hold: Hold) -> None:
        """Hold the next request of a method."""
        self._held.clear()
        self._open.clear()
        self._hold, self._method = hold, method

    def wait_until_held(self) -> None:
        """Return when the relayer stands at the gate."""
        if not self._held.wait(WAIT_S):
            raise AssertionError(f"no {self._method} within {WAIT_S} s")

    def disarm(self) -> None:
        """Forget what is held and let everything else pass."""
        self._open.set()

    def close(self) -> None:
        """End the gate."""
        self.disarm()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def forward(self, body: bytes) -> bytes | None:
        """The node's answer, or None when the request was held."""
        held = self._take(body)
        if held is Hold.BEFORE:
            self._stand()
            return None
        answer = requests.post(
            self._node_url, data=body, headers={"Content-Type": "application/json"}, timeout=30
        ).content
        if held is Hold.AFTER:
            self._stand()
            return None
        return answer

    def _take(self, body: bytes) -> Hold | None:
        request = json.loads(body)
        if not isinstance(request, dict) or request.get("method") != self._method:
            return None
        self._method = None
        return self._hold

    def _stand(self) -> None:
        self._held.set()
        self._open.wait(WAIT_S)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        gate = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # a body would wait until its headers have come

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = gate.forward(body)
                if answer is None:
                    self.close_connection = True
                    return
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *arguments: object) -> None:
                """Keep the test's output for the test."""

        return Handler
