"""What gunicorn runs for the relayer: threads that only serve, on one processor."""

from __future__ import annotations

import gc
import time
from typing import Any

from relayer.metrics.tallies import LostLineTally
from relayer.serving.connections import ConnectionWorker
from relayer.serving.logger import Logger
from relayer.serving.placement import courtesy_s, keep_to_one_processor
from relayer.settings.sources import load


class Worker(ConnectionWorker):
    """Serves the relayer, or another application in the relayer's place."""

    def init_process(self) -> None:
        """Read the settings that the application reads, and begin to serve."""
        settings = load().settings
        self.request_timeout_s = settings.request_timeout_s
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
