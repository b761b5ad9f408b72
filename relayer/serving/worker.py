"""What gunicorn runs: its worker with threads, with a deadline for each request."""

from __future__ import annotations

import gc
import socket
import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from relayer.metrics.tallies import LostLineTally
from relayer.refusals import InternalError
from relayer.serving.answers import as_http, new_request_id, refusal_of
from relayer.serving.logger import Logger
from relayer.serving.placement import courtesy_s, keep_to_one_processor
from relayer.serving.timed_socket import TimedSocket
from relayer.settings.sources import load


class Worker(ThreadWorker):  # type: ignore[misc] # gunicorn publishes no types
    """Gives each request ``request_timeout_s`` to arrive, and answers what is no HTTP as well."""

    def init_process(self) -> None:
        """Read the settings that the application reads, and begin to serve."""
        settings = load().settings
        self._request_timeout_s = settings.request_timeout_s
        if settings.web_one_processor:
            keep_to_one_processor(self.age)
        super().init_process()

    def load_wsgi(self) -> None:
        """Load the application, and watch over the relayer's worker beside serving it.

        What it consists of is left out of every later collection.
        """
        super().load_wsgi()
        gc.collect()
        gc.freeze()
        # Applications without a relayer are served as well, as those that it is compared with.
        relayer = getattr(self.wsgi, "extensions", {}).get("relayer")
        if relayer is not None:
            relayer.start_alerts()
            if isinstance(self.log, Logger):
                self.log.count_lost_lines(LostLineTally(relayer.store).count)

    def accept(self, listener: Any) -> None:
        """Take a connection, unless a process that has fewer takes it first."""
        if self.cfg.workers > 1:
            time.sleep(courtesy_s(self.nr_conns))
        super().accept(listener)

    def enqueue_req(self, conn: Any) -> None:
        """Begin with a request of a connection, or with the next one."""
        if not isinstance(conn.sock, TimedSocket):
            conn.sock = TimedSocket.of(conn.sock, self._request_timeout_s)
        conn.sock.expect_request()
        super().enqueue_req(conn)

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
