"""Which processor a web process keeps to, and which process takes the next connection.

Threads of one Python process take turns. When their turns are on different processors, each turn
begins with cold caches and with a message from one processor to the other; kept on one, they do a
quarter more in the same time. And of several processes that wait for connections, the one that
happens to be awake would take them all.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path
from typing import Final

#: For each connection that a process has already, how long it leaves the next one to others.
COURTESY_S: Final = 0.0001
#: Nobody is kept waiting for longer.
MOST_COURTESY_S: Final = 0.002


def courtesy_s(connections: int) -> float:
    """Return for how long a process leaves a new connection to those that have fewer.

    Args:
        connections: how many it has.
    """
    return min(COURTESY_S * connections, MOST_COURTESY_S)


def keep_to_one_processor(turn: int) -> int | None:
    """Keep this process, one of several alike, to the processor that the fewest of them are on.

    Args:
        turn: the how-manieth of them it is: those that begin at the same moment part by it.

    Returns:
        The processor; None where the system does not offer that, or leaves no choice.
    """
    if not hasattr(os, "sched_setaffinity"):
        return None
    processors = sorted(os.sched_getaffinity(0))
    if len(processors) == 1:
        return None
    chosen = choose(processors, _kept_by_siblings(), turn)
    os.sched_setaffinity(0, {chosen})
    return chosen


def choose(processors: Collection[int], taken: Collection[int], turn: int) -> int:
    """Return the processor for the next process.

    Args:
        processors: in order.
        taken: those that the others keep to, one for each of them.
        turn: which of several equal ones.
    """
    order = sorted(processors)
    start = turn % len(order)
    return min(order[start:] + order[:start], key=list(taken).count)


def _kept_by_siblings() -> list[int]:
    """The processors that other children of this process's parent keep to."""
    parent = os.getppid()
    kept: list[int] = []
    try:
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    except OSError:
        return []
    for child in map(int, children):
        try:
            processors = os.sched_getaffinity(child) if child != os.getpid() else set()
        except OSError:
            continue
        kept += processors if len(processors) == 1 else ()
    return kept
