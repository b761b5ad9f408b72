"""The way from the relayer to its node: it can lie, stand still and hold a request for ever."""

from __future__ import annotations

import json
import random
import threading
from collections import Counter
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests

from tests.acceptance.rpc_gate import Hold
from tests.chaos.lies import Answer, Liar, Lie

#: How long a silent node keeps the relayer waiting before the connection breaks.
SILENCE_S = 1.5
#: How long a request stands at the gate when nobody comes to kill its sender.
GATE_S = 20.0


class RpcProxy:
    """Forwards JSON-RPC to the node at `target`, truly or not.

    Args:
        target: URL of the node; may be changed when the node comes back elsewhere.
        dice: decides which request is lied about.
    """

    def __init__(self, target: str, dice: random.Random) -> None:
        self.target = target
        self.lies_told: Counter[Lie] = Counter()
        self._dice = dice
        self._lock = threading.Lock()
        self._kinds: Sequence[Lie] = ()
        self._share = 0.0
        self._gate: tuple[str, Hold] | None = None
        self._held = threading.Event()
        self._free = threading.Event()
        self._calm = threading.Event()
        self._calm.set()
        self._local = threading.local()
        self._liar = Liar(self._ask, self._stand_silent)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Address for the relayer."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def lie(self, kinds: Sequence[Lie], share: float) -> None:
        """From now on tell one of these lies about a share of all requests."""
        with self._lock:
            self._kinds, self._share = tuple(kinds), share
        self._calm.clear()

    def be_honest(self) -> None:
        """From now on tell the truth."""
        with self._lock:
            self._kinds, self._share = (), 0.0
        self._calm.set()

    def hold(self, method: str, where: Hold) -> None:
        """Keep the next request of a method at the gate, until `let_go`."""
        self._held.clear()
        self._free.clear()
        with self._lock:
            self._gate = (method, where)

    def is_held(self, within_s: float) -> bool:
        """Wait for the relayer to stand at the gate; False when it does not come in time."""
        return self._held.wait(within_s)

    def let_go(self) -> None:
        """Open the gate; the held request breaks off."""
        with self._lock:
            self._gate = None
        self._free.set()

    def close(self) -> None:
        """End the proxy."""
        self.be_honest()
        self.let_go()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def answer(self, body: bytes) -> Answer:
        """What goes back for a request."""
        where = self._take_gate(body)
        if where is not None:
            if where is Hold.AFTER:
                self._ask(body)
            self._held.set()
            self._free.wait(GATE_S)
            return Answer()
        lie = self._choose()
        if lie is None:
            return self._liar.truth(body)
        with self._lock:
            self.lies_told[lie] += 1
        return self._liar.tell(lie, body)

    def _choose(self) -> Lie | None:
        with self._lock:
            if not self._kinds or self._dice.random() >= self._share:
                return None
            return self._dice.choice(self._kinds)

    def _take_gate(self, body: bytes) -> Hold | None:
        with self._lock:
            if self._gate is None or json.dumps(self._gate[0]).encode() not in body:
                return None
            where = self._gate[1]
            self._gate = None
            return where

    def _stand_silent(self) -> None:
        self._calm.wait(SILENCE_S)

    def _ask(self, body: bytes) -> bytes:
        session = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = requests.Session()
        headers = {"Content-Type": "application/json"}
        content: bytes = session.post(self.target, data=body, headers=headers, timeout=30).content
        return content

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # a body would wait until its headers have come

            def handle(self) -> None:
                try:
                    super().handle()
                except ConnectionError:
                    return  # the relayer was killed meanwhile

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                try:
                    answer = proxy.answer(body)
                except (requests.RequestException, ValueError):
                    answer = Answer()  # the node itself is away
                self.give(answer)

            def give(self, answer: Answer) -> None:
                if answer.body is None:
                    self.close_connection = True
                    return
                length = len(answer.body) if answer.announced is None else answer.announced
                try:
                    self.send_response(answer.status)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(length))
                    self.end_headers()
                    self.wfile.write(answer.body)
                except OSError:
                    self.close_connection = True  # the relayer was killed meanwhile
                if answer.announced is not None:
                    self.close_connection = True

            def log_message(self, *arguments: object) -> None:
                """Keep the output for the report."""

        return Handler
