"""What gunicorn writes its logs with: its own lines, the application's, one for each request."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from gunicorn.glogging import Logger as GunicornLogger

from relayer.logs import ACCESS_FACTS, JSON, JsonFormatter, configure
from relayer.serving.access_log import AccessLog, Served


class Logger(GunicornLogger):  # type: ignore[misc] # gunicorn publishes no types
    """Writes to standard error, as text or as one JSON object a line.

    The command line says in which form (``--access-logformat``: ``text`` or ``json``) and whether
    each request gets a line (``--access-logfile``).
    """

    def setup(self, cfg: Any) -> None:
        """Take over the configuration, also when it is read again."""
        super().setup(cfg)
        self._log_format: str = cfg.access_log_format
        self._access: AccessLog | None = None
        self._count_lost: Callable[[int], bool] = lambda count: True
        self._opening = threading.Lock()
        if self._log_format == JSON:
            configure(JSON)
            for handler in self.error_log.handlers:
                if getattr(handler, "_gunicorn", False):
                    handler.setFormatter(JsonFormatter())

    def count_lost_lines(self, count_lost: Callable[[int], bool]) -> None:
        """Say what counts lines about requests that nobody could be told, before the first one."""
        self._count_lost = count_lost

    def access(
        self, resp: Any, req: Any, environ: Mapping[str, Any], request_time: timedelta
    ) -> None:
        """Have a line written about a request that was answered."""
        if not self.access_log_enabled:
            return
        self._log().add(
            Served(
                time.time(),
                environ.get("REQUEST_METHOD", ""),
                f"{environ.get('SCRIPT_NAME', '')}{environ.get('PATH_INFO', '')}",
                str(resp.status),
                request_time.total_seconds(),
                resp.headers,
                environ.get(ACCESS_FACTS),
            )
        )

    def _log(self) -> AccessLog:
        """The log of this process: threads do not survive the fork that made it."""
        if self._access is None:
            with self._opening:
                self._access = self._access or AccessLog(
                    self._log_format, count_lost=self._count_lost
                )
        return self._access
