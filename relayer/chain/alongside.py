"""Errands of one node in a thread of their own, so that a silent node holds nobody up."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from relayer.chain.endpoint import Endpoint
from relayer.chain.errors import NodeError, NodeUnreachableError

_Result = TypeVar("_Result")
#: What became of an errand: where it was run, and its result or error.
Report = tuple[Endpoint, "_Result | NodeError"]


class Alongside:
    """One thread that runs errands of one node, one at a time.

    The thread dies with the process: an errand that is cut off was only a question, or a
    transaction that is stored and will be handed over again.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._errands: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._idle = threading.Semaphore(1)
        self._thread: threading.Thread | None = None

    def start(self, errand: Callable[[], None]) -> bool:
        """Runs an errand soon; False while the node has not finished the one before."""
        if not self._idle.acquire(blocking=False):
            return False
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="node-errands", daemon=True)
            self._thread.start()
        self._errands.put(errand)
        return True

    def _run(self) -> None:
        while True:
            errand = self._errands.get()
            try:
                errand()
            finally:
                self._idle.release()


class Survey(Generic[_Result]):
    """The same question to several nodes at once.

    Args:
        threads: of the nodes to ask.
        ask: the question.
    """

    def __init__(self, threads: Sequence[Alongside], ask: Callable[[Endpoint], _Result]) -> None:
        self._reports: queue.SimpleQueue[Report[_Result]] = queue.SimpleQueue()
        self._under_way = 0
        for thread in threads:
            self._send(thread, ask)

    def next_report(self, wait_s: float) -> Report[_Result] | None:
        """The next report, or None when nothing more comes in time."""
        if not self._under_way:
            return None
        try:
            report = self._reports.get(timeout=max(0.0, wait_s))
        except queue.Empty:
            return None
        self._under_way -= 1
        return report

    def _send(self, thread: Alongside, ask: Callable[[Endpoint], _Result]) -> None:
        endpoint = thread.endpoint

        def errand() -> None:
            try:
                report: Report[_Result] = endpoint, ask(endpoint)
            except NodeError as error:
                report = endpoint, error
            self._reports.put(report)

        self._under_way += 1
        if not thread.start(errand):
            busy = NodeUnreachableError(f"{endpoint.name} has not finished an earlier request.")
            self._reports.put((endpoint, busy))
