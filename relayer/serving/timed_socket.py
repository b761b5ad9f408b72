"""A client's connection on which a request must have arrived whole within a given time.

A limit for each read would not do: a client that sends one byte a second never meets it, and
holds a thread for as long as it likes.
"""

from __future__ import annotations

import socket
import time
from typing import Any, Final

#: How long a client may keep us from sending on the rest of an answer.
SEND_TIMEOUT_S: Final = 30.0


class HeadTooSlowError(Exception):
    """The head of a request took too long to arrive."""


class BodyTooSlowError(TimeoutError):
    """The body of a request took too long to arrive."""


class TimedSocket(socket.socket):
    """A socket whose reads share one deadline for each request."""

    _limit_s = 0.0
    _deadline: float | None = None
    _reads_head = True

    @classmethod
    def of(cls, other: socket.socket, limit_s: float) -> TimedSocket:
        """Take over a connection; the other object is of no use any more.

        Args:
            other: the connection.
            limit_s: seconds from the first byte of a request to its last.
        """
        timed = cls(other.family, other.type, other.proto, fileno=other.detach())
        timed._limit_s = limit_s
        return timed

    def expect_request(self) -> None:
        """Begin with another request; its time runs from the first read on."""
        self._deadline, self._reads_head = None, True

    def expect_body(self) -> None:
        """The head has arrived; the body must come before the same deadline."""
        self._reads_head = False

    def is_readable(self) -> bool:
        """Whether something has arrived, or the other side has hung up; nothing is taken."""
        try:
            super().recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True
        return True

    def recv_at_once(self, most_bytes: int) -> bytes:
        """Take what is there, whatever the deadline.

        Raises:
            BlockingIOError: nothing is there.
            OSError: the connection is broken.
        """
        return super().recv(most_bytes, socket.MSG_DONTWAIT)

    def recv(self, *arguments: Any) -> bytes:
        """Read what is there, or wait for it until the deadline.

        Raises:
            HeadTooSlowError: the deadline passed while the head was read.
            BodyTooSlowError: it passed later.
        """
        now = time.monotonic()
        if self._deadline is None:
            self._deadline = now + self._limit_s
        # At the deadline: what has arrived already counts.
        self.settimeout(max(0.001, self._deadline - now))
        try:
            return super().recv(*arguments)
        except TimeoutError:
            if self._reads_head:
                raise HeadTooSlowError("the request did not arrive in time") from None
            raise BodyTooSlowError("the body did not arrive in time") from None
        finally:
            self.settimeout(SEND_TIMEOUT_S)
