"""The worker's step that keeps the series: each thing is counted once, whatever is killed when.

Triggers note what came to an end, or to life again, in the transaction that did it. This step takes
these notes in slices: it takes back what it had counted of a thing, counts it as it stands now, and
forgets the note, all in one transaction. So nothing is lost, nothing is counted twice, and a
history that was there before the series is counted by the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from relayer.clock import Clock
from relayer.series.counting import claim_of, parts_of_settled, parts_of_transaction
from relayer.series.levels import read_levels
from relayer.series.marks import Marks
from relayer.series.names import HOUR_S
from relayer.store import Store
from relayer.store.countings import Claim, Subject
from relayer.store.series import Part

#: Pause between two steps, unless much waits to be counted.
INTERVAL_S: Final = 5.0
#: Things that one transaction counts: others want to write as well.
PER_TRANSACTION: Final = 20
#: How long one step counts at most.
STEP_S: Final = 0.1


class SeriesRecorder:
    """Keeps series, levels and marks.

    Args:
        store: the database.
        clock: spaces the steps and dates the levels.
        marks: notices what is to be marked.
    """

    def __init__(self, store: Store, clock: Clock, marks: Marks) -> None:
        self._store = store
        self._clock = clock
        self._marks = marks
        self._next_at = float("-inf")
        self._pruned_at = float("-inf")

    def step(self) -> None:
        """Do what is due."""
        started = self._clock.monotonic()
        if started < self._next_at:
            return
        while self.count() and self._clock.monotonic() < started + STEP_S:
            pass
        self._next_at = started + (0.0 if self._store.countings.waiting() else INTERVAL_S)
        self.observe()

    def count(self) -> bool:
        """Count one slice of what has changed; return whether it was a full one."""
        changed = self._store.countings.changed(PER_TRANSACTION)
        # What is counted is changed by this thread alone, so it may be read before the write lock
        # is taken: whoever accepts contributions waits no longer than for the writing.
        found = [(subject, number, *self._look(subject, number)) for subject, number in changed]
        if not found:
            return False
        now = self._clock.now()
        with self._store.transaction():
            for subject, number, parts, claim in found:
                counted = self._store.countings.counted(subject, number)
                self._store.series.add([*map(_taken_back, counted), *parts], now)
                self._store.countings.settle(subject, number, parts)
                if subject is Subject.BATCH:
                    self._store.countings.claim(number, claim)
        return len(changed) == PER_TRANSACTION

    def observe(self) -> None:
        """Write down how things stand, mark what is to be marked, forget what is old."""
        now = self._clock.now()
        levels = read_levels(self._store, now)
        marks = self._marks.look(now)
        with self._store.transaction():
            self._store.series.note(levels, now)
            self._marks.keep(marks, now)
            if self._clock.monotonic() >= self._pruned_at + HOUR_S:
                self._store.series.prune(now)
                self._pruned_at = self._clock.monotonic()

    def _look(self, subject: Subject, number: int) -> tuple[Sequence[Part], Claim | None]:
        room = self._store.countings
        if subject is Subject.BATCH:
            return (), claim_of(room.batch(number))
        if subject is Subject.SETTLED:
            group = room.settled(number)
            return (() if group is None else parts_of_settled(group)), None
        final = room.transaction(number)
        return (() if final is None else parts_of_transaction(final)), None


def _taken_back(part: Part) -> Part:
    return replace(part, value=-part.value)
