"""What the part of a page with plots needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from relayer.ops.series.curves import Plot
from relayer.ops.series.reading import SpanReader
from relayer.ops.series.spans import DEFAULT_SPAN, SPANS
from relayer.series.names import Level
from relayer.store import Store


def asked_span(store: Store, name: str, now: float) -> SpanReader:
    """Return a reader of the range of time that an address asks for."""
    return SpanReader(store, SPANS.get(name, SPANS[DEFAULT_SPAN]), now)


def section_of(store: Store, reader: SpanReader, plots: Sequence[Plot]) -> dict[str, Any]:
    """Return what `plots_part.html` needs, but for the page that has it."""
    return {
        "span": reader.span,
        "spans": SPANS.values(),
        "plots": plots,
        "marks": store.series.marks(reader.times[0]),
        "since": store.series.first(Level.QUEUE_DEPTH),
        "is_counting": store.countings.waiting(),
    }
