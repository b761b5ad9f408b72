"""Notices when the machine itself halts, so that waiting times tell of the service alone.

The processors of a virtual machine are lent. When its host is busy, all that runs on them becomes
ten times slower for some 50 ms. A watch on each processor does the same small work over and over:
it takes the same processor time whatever else runs here, and more only when the processor is
slower.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from statistics import median
from types import TracebackType

from tests.benchmarks.service.load import Result

#: Pause between two looks: 3 % of a processor.
INTERVAL_S = 0.008
#: So many times slower than usual is halted; cold caches make it twice as slow.
SLOWER = 4.0
#: Looks so close to each other belong to one halt.
TOGETHER_S = 0.03
_STEPS = 6_000


@dataclass(frozen=True)
class Look:
    """One look at one processor."""

    at: float  #: of ``time.perf_counter``, when it began
    until: float
    work_s: float  #: processor time of the work


@dataclass(frozen=True)
class Halt:
    """A stretch of time in which a processor was much slower than usual."""

    start: float
    end: float

    def touches(self, start: float, end: float) -> bool:
        """Whether it has to do with what lasted from one moment to another.

        What piles up in a halt is served afterwards: a service at half of its strength needs as
        long again.
        """
        return start <= self.end + (self.end - self.start) and end >= self.start


def halts_of(looks: Sequence[Look]) -> list[Halt]:
    """Return the halts among the looks at one processor, in order."""
    usual_s = median(look.work_s for look in looks) if looks else 0.0
    halts: list[Halt] = []
    for look in looks:
        if look.work_s < SLOWER * usual_s:
            continue
        start = look.at - INTERVAL_S
        if halts and start - halts[-1].end < TOGETHER_S:
            start = halts.pop().start
        halts.append(Halt(start, look.until))
    return halts


def without_halts(result: Result, halts: Iterable[Halt]) -> Result:
    """Return the waiting times that none of the halts has to do with."""
    halts = list(halts)
    free = Result()
    for asked_at, latency in zip(result.asked_at_s, result.latencies_s, strict=True):
        if not any(halt.touches(asked_at, asked_at + latency) for halt in halts):
            free.asked_at_s.append(asked_at)
            free.latencies_s.append(latency)
    return free


class HaltWatch(AbstractContextManager["HaltWatch"]):
    """Watches all processors of this process; ``halts`` says afterwards what was noticed."""

    def __init__(self) -> None:
        self.halts: list[Halt] = []
        self._context = multiprocessing.get_context("fork")
        self._watches = [self._start(each) for each in sorted(os.sched_getaffinity(0))]

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process, end in self._watches:
            end.send(None)
            self.halts += halts_of(end.recv())
            process.join()

    def _start(self, processor: int) -> tuple[multiprocessing.process.BaseProcess, Connection]:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_watch, args=(processor, theirs), daemon=True)
        process.start()
        return process, ours


def _watch(processor: int, end: Connection) -> None:
    os.sched_setaffinity(0, {processor})
    looks: list[Look] = []
    while not end.poll(INTERVAL_S):
        at, began = time.perf_counter(), time.process_time()
        _work()
        looks.append(Look(at, time.perf_counter(), time.process_time() - began))
    end.send(looks)


def _work() -> None:
    total = 0
    for step in range(_STEPS):
        total += step
