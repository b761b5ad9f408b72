"""The ranges of time that one can look at; each has at most 72 steps, so that tables stay short."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from relayer.series.names import DAY_S, HOUR_S, MINUTE_S, TEN_MINUTES_S


@dataclass(frozen=True, slots=True)
class Span:
    """A range of time up to now."""

    name: str  #: as in the address
    label: str
    length_s: int
    width_s: int  #: of one step of the plot
    step_s: int  #: of the series that it is read from

    def times(self, now: float) -> list[int]:
        """Return where the steps begin; the last one is under way."""
        last = int(now) // self.width_s * self.width_s
        count = self.length_s // self.width_s
        return [last - self.width_s * back for back in range(count - 1, -1, -1)]


SPANS: Final = {
    span.name: span
    for span in (
        Span("1h", "1 hour", HOUR_S, MINUTE_S, MINUTE_S),
        Span("24h", "24 hours", DAY_S, 2 * TEN_MINUTES_S, TEN_MINUTES_S),
        Span("7d", "7 days", 7 * DAY_S, 3 * HOUR_S, HOUR_S),
        Span("30d", "30 days", 30 * DAY_S, DAY_S, HOUR_S),
    )
}
DEFAULT_SPAN: Final = "24h"
