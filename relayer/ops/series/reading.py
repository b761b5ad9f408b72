"""Values of a span, step by step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from relayer.ops.series.curves import Value
from relayer.ops.series.spans import Span
from relayer.series.histogram import percentile_s
from relayer.series.names import Level, Series
from relayer.store import Store


class SpanReader:
    """Reads series and levels of one span as of now.

    Args:
        store: the database.
        span: the range of time.
        now: its end, unix seconds.
    """

    def __init__(self, store: Store, span: Span, now: float) -> None:
        self._store = store
        self.span = span
        self.now = now
        self.times = span.times(now)

    def sums(self, name: Series) -> Mapping[str, list[int]]:
        """Return sums by label, one for each step; where nothing happened it is 0."""
        found: dict[str, list[int]] = defaultdict(lambda: [0] * len(self.times))
        places = {at: place for place, at in enumerate(self.times)}
        for point in self._store.series.points(name, *self._range(), self.span.width_s):
            if point.at in places:
                found[point.label][places[point.at]] += point.value
        return found

    def total(self, name: Series) -> list[int]:
        """Return sums over all labels."""
        return [sum(values) for values in self._columns(self.sums(name))]

    def levels(self, name: Level, only: str | None = None) -> list[Value]:
        """Return how something stood at the end of each step, added up over its labels.

        Args:
            name: of what.
            only: the one label that counts; None: all.
        """
        found: dict[int, int] = {}
        for point in self._store.series.latest(name, *self._range(), self.span.width_s):
            if only is None or point.label == only:
                found[point.at] = found.get(point.at, 0) + point.value
        return [found.get(at) for at in self.times]

    def highest(self, name: Level) -> list[Value]:
        """Return the most that was seen of something in each step, over all its labels."""
        found: dict[int, int] = {}
        width_s = self.span.width_s
        for stand in self._store.series.stands(name, *self._range()):
            start = stand.at // width_s * width_s
            found[start] = max(found.get(start, 0), stand.high)
        return [found.get(at) for at in self.times]

    def percentiles(self, name: Series, percents: Sequence[int]) -> list[list[Value]]:
        """Return percentiles of durations in seconds, one list for each."""
        sums = self.sums(name)
        steps = [
            {bucket: values[place] for bucket, values in sums.items()}
            for place in range(len(self.times))
        ]
        return [[percentile_s(step, percent) for step in steps] for percent in percents]

    def _range(self) -> tuple[int, float, float]:
        return self.span.step_s, self.times[0], self.now + 1

    def _columns(self, sums: Mapping[str, list[int]]) -> list[tuple[int, ...]]:
        return list(zip(*sums.values(), strict=True)) or [()] * len(self.times)


def ratios(parts: Sequence[int], wholes: Sequence[int]) -> list[Value]:
    """Return each part for one of its whole, rounded down; None where there is no whole."""
    return [part // whole if whole > 0 else None for part, whole in zip(parts, wholes, strict=True)]
