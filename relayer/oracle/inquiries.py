"""Questions under way: several at a time, asked again after pauses, keeping nothing waiting."""

from __future__ import annotations

import logging
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Final

from relayer.clock import Clock
from relayer.oracle.adapter import Adapter, Question
from relayer.oracle.errors import ServiceError

log = logging.getLogger(__name__)

#: Longest pause between two times that a service is asked the same.
MAX_PAUSE_S: Final = 60.0


@dataclass(frozen=True)
class Reply:
    """What came of a question: a label, or the reason why there is none, now or ever."""

    request_id: str
    label: int | None
    reason: str = ""
    retryable: bool = False


@dataclass
class _Pause:
    failures: int
    until: float


class Inquiries:
    """Asks a service on threads of its own, so that a slow one keeps nothing else waiting.

    Nothing is kept but in memory: after a crash the service is simply asked again.

    Args:
        adapter: the service.
        parallel: most questions under way.
        retry_s: pause after a first failure; each further one doubles it.
        clock: tells when a pause is over.
    """

    def __init__(self, adapter: Adapter, parallel: int, retry_s: float, clock: Clock) -> None:
        self._adapter = adapter
        self._parallel = parallel
        self._retry_s = retry_s
        self._clock = clock
        self._pool = ThreadPoolExecutor(parallel, thread_name_prefix="oracle-service")
        self._running: dict[str, Future[int]] = {}
        self._pauses: dict[str, _Pause] = {}

    def ask(self, question: Question) -> bool:
        """Put a question, unless it is under way, waits for its turn, or all lines are busy."""
        key = question.request_id
        pause = self._pauses.get(key)
        if key in self._running or len(self._running) >= self._parallel:
            return False
        if pause is not None and self._clock.monotonic() < pause.until:
            return False
        self._running[key] = self._pool.submit(self._adapter.classify, question)
        return True

    def collect(self) -> list[Reply]:
        """Return what has come since the last call; what is retryable may be asked again later."""
        over = [key for key, future in self._running.items() if future.done()]
        return [self._read(key, self._running.pop(key)) for key in over]

    def forget(self, request_id: str) -> None:
        """Drop what is remembered about a request that needs no label any more."""
        self._pauses.pop(request_id, None)

    def wait(self, timeout_s: float) -> None:
        """Return when nothing is under way, or after the timeout; for tests and for the end."""
        wait(self._running.values(), timeout_s)

    def close(self) -> None:
        """Ask nothing any more; questions under way end by their timeouts."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _read(self, key: str, future: Future[int]) -> Reply:
        error = future.exception()
        if error is None:
            self._pauses.pop(key, None)
            return Reply(key, future.result())
        if isinstance(error, ServiceError) and not error.retryable:
            self._pauses.pop(key, None)
            return Reply(key, None, str(error))
        failures = self._pauses[key].failures + 1 if key in self._pauses else 1
        pause_s = min(MAX_PAUSE_S, self._retry_s * 2 ** (failures - 1))
        self._pauses[key] = _Pause(failures, self._clock.monotonic() + pause_s)
        # An adapter of somebody else may fail in any way; the request waits, the process goes on.
        detail = error if isinstance(error, ServiceError) else repr(error)
        log.warning(
            "request %s: %s; asking again in %g s", key, detail, pause_s, extra={"action": "ask"}
        )
        return Reply(key, None, str(detail), retryable=True)
