"""A small machine-learning service on a port of its own: it tells topics apart, or misbehaves.

The model is a naive Bayes over words, trained on a handful of sentences. `mood` makes it lie, fail,
dawdle or babble, the way services do.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import log
from typing import Any

TOPICS = ("sport", "weather", "food")
LESSONS = {
    "sport": ("the team won the match", "she scored a goal", "they run and play ball"),
    "weather": ("rain and wind all day", "the sun is out", "a storm with snow is near"),
    "food": ("bread with cheese and soup", "she eats an apple", "cook the rice and fish"),
}
#: Samples with their true labels, none of them a lesson.
SPORT, WEATHER, FOOD = b"the match has a goal", b"wind and snow near", b"soup with fish"


class Mood(Enum):
    """How the service behaves."""

    HONEST = "honest"
    BY_NAME = "by-name"
    LYING = "lying"
    GARBAGE = "garbage"
    NO_LABEL = "no-label"
    FRACTION = "fraction"
    BEYOND = "beyond"
    UNKNOWN_NAME = "unknown-name"
    NOT_JSON = "not-json"
    FAILING = "failing"
    BUSY = "busy"
    REFUSING = "refusing"
    REDIRECTING = "redirecting"
    HUGE = "huge"
    ENDLESS = "endless"
    DRIPPING = "dripping"
    HANGING = "hanging"
    HANGING_UP = "hanging-up"
    COMPRESSED = "compressed"


_BODIES = {
    Mood.GARBAGE: b"\x00\xff{]",
    Mood.NO_LABEL: b'{"labels": [1]}',
    Mood.FRACTION: b'{"label": 1.0}',
    Mood.BEYOND: b'{"label": 3}',
    Mood.UNKNOWN_NAME: b'{"label": "politics"}',
}
_STATUSES = {Mood.FAILING: 500, Mood.BUSY: 503, Mood.REFUSING: 422}


def classify(text: str) -> int:
    """The index of the likeliest topic."""
    vocabulary = {word for lessons in LESSONS.values() for line in lessons for word in line.split()}
    scores = []
    for topic in TOPICS:
        counts = Counter(word for line in LESSONS[topic] for word in line.split())
        total = counts.total() + len(vocabulary)
        scores.append(sum(log((counts[word] + 1) / total) for word in text.split()))
    return scores.index(max(scores))


class TopicService:
    """The service, listening until it is stopped."""

    def __init__(self, mood: Mood = Mood.HONEST) -> None:
        self.mood = mood
        #: Questions in the order in which they came, with their headers.
        self.questions: list[tuple[dict[str, Any], dict[str, str]]] = []
        #: Set to let hanging and dripping answers end.
        self.released = threading.Event()
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                question = json.loads(self.rfile.read(length))
                service.questions.append((question, dict(self.headers)))
                service.answer(self, question)

            def do_GET(self) -> None:
                service.questions.append(({"redirected": True}, dict(self.headers)))
                service.say(self, {"label": 0})

            def log_message(self, *arguments: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        listen = self._server.serve_forever
        self._thread = threading.Thread(target=listen, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where questions are posted."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/classify"

    def stop(self) -> None:
        """End the service."""
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def answer(self, handler: BaseHTTPRequestHandler, question: dict[str, Any]) -> None:
        """Answer by the mood."""
        label = classify(bytes.fromhex(question["sample"][2:]).decode())
        if self.mood in _BODIES:
            self.send(handler, 200, _BODIES[self.mood])
        elif self.mood in _STATUSES:
            self.send(handler, _STATUSES[self.mood], b"{}")
        elif self.mood is Mood.BY_NAME:
            self.say(handler, {"label": question["labels"][label], "confidence": 0.9})
        elif self.mood is Mood.LYING:
            self.say(handler, {"label": (label + 1) % len(TOPICS)})
        elif self.mood is Mood.NOT_JSON:
            self.send(handler, 200, b'{"label": 1}', "text/html")
        elif self.mood is Mood.HONEST:
            self.say(handler, {"label": label})
        else:
            self._misbehave(handler)

    def say(self, handler: BaseHTTPRequestHandler, answer: dict[str, Any]) -> None:
        """Send a JSON object."""
        self.send(handler, 200, json.dumps(answer).encode())

    def send(
        self,
        handler: BaseHTTPRequestHandler,
        status: int,
        body: bytes,
        media_type: str = "application/json; charset=utf-8",
        **headers: str,
    ) -> None:
        """Send a whole response."""
        handler.send_response(status)
        handler.send_header("Content-Type", media_type)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def _misbehave(self, handler: BaseHTTPRequestHandler) -> None:
        if self.mood is Mood.REDIRECTING:
            self.send(handler, 302, b'{"label": 0}', Location=self.url)
        elif self.mood is Mood.HUGE:
            self.say(handler, {"label": 0, "padding": "x" * 1_000_000})
        elif self.mood is Mood.COMPRESSED:
            self.send(handler, 200, b'\x1f\x8b{"label": 0}', Content_Encoding="gzip")
        elif self.mood is Mood.HANGING:
            self.released.wait()
        elif self.mood is Mood.HANGING_UP:
            handler.connection.close()
        else:
            self._never_end(handler)

    def _never_end(self, handler: BaseHTTPRequestHandler) -> None:
        """A body that goes on for ever, fast or one byte at a time."""
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.end_headers()
        part = b" " * (8_192 if self.mood is Mood.ENDLESS else 1)
        pause_s = 0.0 if self.mood is Mood.ENDLESS else 0.02
        try:
            while not self.released.wait(pause_s):
                handler.wfile.write(part)
        except OSError:
            return
