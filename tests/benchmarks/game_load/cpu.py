"""How much processor time the services took, so that figures of a busy machine can be judged."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path


def cpu_seconds(leaders: Mapping[str, int]) -> dict[str, float]:
    """Return the processor seconds of process groups so far, by name.

    Args:
        leaders: the process that leads each group.
    """
    ticks_by_group: Counter[int] = Counter()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name, in brackets, may hold anything; what is read stands behind it.
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        ticks_by_group[int(fields[2])] += int(fields[11]) + int(fields[12])
    ticks = os.sysconf("SC_CLK_TCK")
    return {name: ticks_by_group[group] / ticks for name, group in leaders.items()}
