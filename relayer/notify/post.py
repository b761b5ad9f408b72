"""Hands one message to one receiver, within bounds of time and size, and follows nowhere."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

import certifi
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.exceptions import HTTPError

from relayer.notify.targets import Target

CONNECT_TIMEOUT_S: Final = 5.0
#: Of an answer no more than this is read; only its status counts.
MAX_ANSWER_BYTES: Final = 4_096
_SHOWN_CHARACTERS: Final = 200
_GONE: Final = 410


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came of a try."""

    status: int | None  #: HTTP status; None: no answer came
    detail: str
    asked_pause_s: float | None = None  #: what the receiver asked for by Retry-After

    @property
    def arrived(self) -> bool:
        """Whether the receiver took it."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def unwanted(self) -> bool:
        """Whether the receiver wants no more messages."""
        return self.status == _GONE


def post(
    target: Target,
    headers: Mapping[str, str],
    body: bytes,
    timeout_s: float,
    monotonic: Callable[[], float] = time.monotonic,
) -> Delivery:
    """Send a message to the very address that was looked up.

    Args:
        target: where to.
        headers: beside those of HTTP itself.
        body: JSON.
        timeout_s: longest that the receiver may take from its connection to the end of its answer.
        monotonic: tells how much of it is left.
    """
    give_up_at = monotonic() + timeout_s
    try:
        with _pool(target, timeout_s) as pool, _cut_off(pool, timeout_s):
            response = pool.urlopen(
                "POST",
                target.path,
                body=body,
                headers={"Host": _host_header(target), "Content-Type": "application/json"}
                | {"User-Agent": "on-the-house-webhooks", **headers},
                redirect=False,
                retries=False,
                preload_content=False,
                assert_same_host=False,
            )
            text = bytearray()
            # The status has come, and only that counts.
            with suppress(HTTPError, OSError):
                while len(text) < MAX_ANSWER_BYTES and monotonic() < give_up_at:
                    part = response.read1(MAX_ANSWER_BYTES - len(text))
                    if not part:
                        break
                    text += part
            response.close()
    except (HTTPError, OSError) as error:
        is_late = monotonic() >= give_up_at
        return Delivery(None, f"no answer: {'too slow' if is_late else type(error).__name__}")
    shown = bytes(text[:_SHOWN_CHARACTERS]).decode("ascii", "replace")
    printable = "".join(letter if letter.isprintable() else " " for letter in shown).strip()
    asked_s = _seconds(response.headers.get("Retry-After"))
    return Delivery(response.status, f"HTTP {response.status} {printable}".strip(), asked_s)


def _pool(target: Target, timeout_s: float) -> HTTPConnectionPool:
    timeout = Timeout(connect=min(CONNECT_TIMEOUT_S, timeout_s), read=timeout_s)
    if target.scheme == "http":
        return HTTPConnectionPool(target.address, target.port, timeout=timeout)
    return HTTPSConnectionPool(
        target.address,
        target.port,
        timeout=timeout,
        server_hostname=target.host,
        assert_hostname=target.host,
        cert_reqs="CERT_REQUIRED",
        ca_certs=certifi.where(),
    )


@contextmanager
def _cut_off(pool: HTTPConnectionPool, after_s: float) -> Iterator[None]:
    """Cut the connection when time is over: each byte that drips in would begin it anew."""
    opened: list[socket.socket] = []

    class Watched(pool.ConnectionCls):  # type: ignore[misc, name-defined]  # HTTP's or TLS's
        def connect(self) -> Any:
            super().connect()
            opened.append(self.sock)

    def cut() -> None:
        for each in opened:
            with suppress(OSError):
                socket.socket.shutdown(each, socket.SHUT_RDWR)

    pool.ConnectionCls = Watched
    timer = threading.Timer(after_s, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _host_header(target: Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    return host if target.port in (80, 443) else f"{host}:{target.port}"


def _seconds(text: str | None) -> float | None:
    return float(text) if text is not None and text.isdecimal() and len(text) < 10 else None
