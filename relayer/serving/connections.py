"""Connections of clients that take their time, beside the threads that serve the others.

gunicorn gives a new connection a thread at once, which waits some seconds for the first byte, and
its main thread waits some seconds for clients to hang up. So a few who connect and say nothing, or
stay when they have been answered, would keep everybody waiting. Here both wait with the poller.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections import deque
from functools import partial
from typing import Any, Final

from gunicorn.workers.gthread import ThreadWorker

from relayer.refusals import InternalError
from relayer.serving.answers import as_http, new_request_id, refusal_of
from relayer.serving.timed_socket import TimedSocket

#: How long a client may take to hang up, so that it can read its answer to the end (RFC 9112, 9.6).
LINGER_S: Final = 2.0
#: Of what a client still sends meanwhile, no more than this is taken.
MOST_DRAINED_BYTES: Final = 65_536
#: Longest time from the first byte of a request to its last, unless said otherwise.
REQUEST_TIMEOUT_S: Final = 15.0


class ConnectionWorker(ThreadWorker):  # type: ignore[misc] # gunicorn publishes no types
    """Gives no thread to clients that say nothing, and each request a deadline to arrive.

    What is no HTTP is answered as well.
    """

    request_timeout_s = REQUEST_TIMEOUT_S

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        #: Answered for the last time; those who have waited longest first.
        self.leaving_conns: deque[Any] = deque()

    def enqueue_req(self, conn: Any) -> None:
        """Begin with a request of a connection, once there is something of it."""
        if not isinstance(conn.sock, TimedSocket):
            conn.sock = TimedSocket.of(conn.sock, self.request_timeout_s)
            if not conn.sock.is_readable():
                self._wait_for_words(conn)
                return
            conn.data_ready = True
        conn.sock.expect_request()
        super().enqueue_req(conn)

    def _wait_for_words(self, conn: Any) -> None:
        conn.sock.setblocking(False)
        conn.set_timeout()
        self.pending_conns.append(conn)
        speaks = partial(self.on_pending_socket_readable, conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, speaks)

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Hand a request whose head has arrived to the application."""
        if isinstance(conn.sock, TimedSocket):
            conn.sock.expect_body()
        return super().handle_request(req, conn)

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """Answer a request that could not be read, as the application answers what it refuses."""
        refusal, request_id = refusal_of(exc), new_request_id()
        extra = {"request_id": request_id, "status": refusal.status, "code": refusal.code}
        if isinstance(refusal, InternalError):
            self.log.exception("request failed: %s", exc, extra=extra)
        else:
            self.log.warning("refused %s: %s (%s)", addr, refusal.code, exc, extra=extra)
        try:
            client.sendall(as_http(refusal, request_id))
        except OSError:
            self.log.debug("the client did not wait for the answer")

    def finish_request(self, conn: Any, fs: Any) -> None:
        """Go on with a connection, or let it end without waiting for its client."""
        if fs.cancelled() or (fs.exception() is None and not fs.result()):
            self._let_go(conn)
        else:
            super().finish_request(conn, fs)

    def _let_go(self, conn: Any) -> None:
        try:
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:  # the client has gone
            self._end(conn)
            return
        conn.sock.setblocking(False)
        conn.timeout, conn.drained = time.monotonic() + LINGER_S, 0
        self.leaving_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._drain, conn))

    def _drain(self, conn: Any, client: TimedSocket) -> None:
        """Take what a leaving client still sends, until it hangs up."""
        try:
            received = client.recv_at_once(MOST_DRAINED_BYTES)
        except BlockingIOError:
            return
        except OSError:
            received = b""
        conn.drained += len(received)
        if not received or conn.drained >= MOST_DRAINED_BYTES:
            self.leaving_conns.remove(conn)
            self.poller.unregister(client)
            self._end(conn)

    def _end(self, conn: Any) -> None:
        self.nr_conns -= 1
        conn.close()

    def murder_pending(self) -> None:
        """Close what has been waited for long enough."""
        super().murder_pending()
        now = time.monotonic()
        while self.leaving_conns and self.leaving_conns[0].timeout <= now:
            conn = self.leaving_conns.popleft()
            self.poller.unregister(conn.sock)
            self._end(conn)

    def _cap_keepalive(self, deadline: float) -> None:
        """When the worker stops, wait no longer for first words than for further ones."""
        super()._cap_keepalive(deadline)
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout, deadline)
