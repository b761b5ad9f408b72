"""Joins the worker's log lines about a transaction to the requests that it carries."""

from __future__ import annotations

import logging
import sqlite3
from typing import Any, Final

from relayer.errors import StoreError
from relayer.store.traces import TraceRoom

#: A line about more requests names the batch instead; `relayer trace` resolves it.
MOST_REQUESTS: Final = 5


class TransactionFacts(logging.Filter):
    """Adds ``batch_id``, and ``request_ids`` when they are few, to lines with a ``transaction_id``.

    Args:
        traces: where they are looked up.
    """

    def __init__(self, traces: TraceRoom) -> None:
        super().__init__()
        self._traces = traces

    def filter(self, record: logging.LogRecord) -> bool:
        """Add what is known; the line is written in any case."""
        transaction_id = getattr(record, "transaction_id", None)
        if isinstance(transaction_id, int):
            for name, value in self._known(transaction_id).items():
                setattr(record, name, value)
        return True

    def _known(self, transaction_id: int) -> dict[str, Any]:
        try:
            batches = self._traces.batches_of(transaction_id)
            requests = self._traces.requests_of(transaction_id, MOST_REQUESTS + 1)
        except (sqlite3.Error, StoreError):
            # A line about a broken database must not fail because of it.
            return {}
        facts: dict[str, Any] = {}
        if batches:
            facts["batch_id"] = batches[0]
        if 0 < len(requests) <= MOST_REQUESTS:
            facts["request_ids"] = requests
        return facts
