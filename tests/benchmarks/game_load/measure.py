"""How long requests took, and what they came to."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

PERCENTS = (50, 95, 99)


@dataclass
class Measure:
    """Waiting times by kind of request; safe to share between threads."""

    waits_s: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, kind: str, status: int, wait_s: float) -> None:
        """Count one request; status 0: there was no answer."""
        with self._lock:
            self.waits_s[kind].append(wait_s)
            self.answers[kind, status] += 1

    def refused(self) -> dict[str, int]:
        """Answers that were no success, by kind and status."""
        return {
            f"{kind} {status}": count
            for (kind, status), count in sorted(self.answers.items())
            if not 200 <= status < 400
        }

    def figures(self, seconds: float) -> dict[str, Any]:
        """Percentiles in milliseconds by kind of request, and everything that was refused."""
        kinds = {
            kind: {
                "requests": len(waits),
                **{f"p{each}_ms": round(1_000 * percentile(waits, each), 1) for each in PERCENTS},
                "most_ms": round(1_000 * max(waits), 1),
            }
            for kind, waits in sorted(self.waits_s.items())
        }
        total = sum(len(waits) for waits in self.waits_s.values())
        return {"per_second": round(total / seconds, 1), "kinds": kinds, "refused": self.refused()}


def percentile(values: list[float], percent: int) -> float:
    """The smallest value that so many percent of all do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]
