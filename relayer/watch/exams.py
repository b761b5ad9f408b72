"""Tries each model on every contribution before the model learns it: how well it knew what came.

There is no test set: what players bring is all there is. So each contribution is a question first
and a lesson afterwards, in the order of the chain ("prequential" evaluation, A. P. Dawid,
*Statistical Theory: The Prequential Approach*, 1984). Nothing is tried twice: how far the tries
have come is in the store, and what they found is added to its series in the same transaction. A
block that is dropped after it had counted as final is not taken back.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from relayer.chain.errors import NodeError
from relayer.chain.wire import bits_of, unpack_records
from relayer.clock import Clock
from relayer.deployment import Deployment, TrainerEntry
from relayer.errors import RelayerError
from relayer.models.classifier import Classifier
from relayer.models.errors import SnapshotError
from relayer.models.follower import ChainReader, ModelFollower
from relayer.series.names import Series
from relayer.settings import Settings
from relayer.store import Store
from relayer.store.series import Part

log = logging.getLogger(__name__)

#: Pause between two looks for new batches.
INTERVAL_S: Final = 30.0
#: After a fault everything is read anew: each time the pause is twice as long, up to this.
LONGEST_PAUSE_S: Final = 3_600.0
#: For each second of a processor it rests so many: sending and settling go first.
REST: Final = 4
#: Batches whose results are written together.
PER_TRANSACTION: Final = 50


class StoppedError(RelayerError):
    """The worker is to stop; what was tried is stored."""


@dataclass(frozen=True, slots=True)
class Exam:
    """How far a model has been tried, and what came of it."""

    batch: int = 0  #: the last one, by its number on the chain
    tried: int = 0  #: contributions
    right: int = 0  #: those whose label the model gave
    fault: str = ""  #: why it does not go on; empty: it does

    @classmethod
    def of(cls, store: Store, trainer: str) -> Exam:
        """Read it from the store."""
        check = store.checks.read().get(_name(trainer))
        return cls() if check is None else cls(**check.value)

    def keep(self, store: Store, trainer: str, now: float) -> None:
        """Write it down."""
        value = {"batch": self.batch, "tried": self.tried, "right": self.right, "fault": self.fault}
        store.checks.write(_name(trainer), value, now)


class Exams:
    """Tries the models of one deployment, beside the worker's loop.

    Models behind an oracle cannot be computed, and a market's learns only when all is over and is
    examined on chain; both are left out.

    Args:
        store: where the results go.
        settings: whether it is wanted, and how many confirmations make a block final.
        deployment: the trainers.
        open_reader: opens a node of its own, once it is needed.
        clock: dates what was found out.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        deployment: Deployment,
        open_reader: Callable[[], ChainReader],
        clock: Clock,
    ) -> None:
        self._store = store
        self._settings = settings
        self._deployment = deployment
        self._open_reader = open_reader
        self._clock = clock
        self._examiners: list[_Examiner] | None = None

    def run(self, stop_event: threading.Event) -> None:
        """Try what is new until the event is set; an error of one step never ends the loop."""
        while self._settings.ops_accuracy and not stop_event.wait(INTERVAL_S):
            try:
                self.step(stop_event)
            except (RelayerError, sqlite3.Error, LookupError, ValueError, OSError) as error:
                log.exception("accuracy: %s", error, extra={"action": "accuracy"})

    def step(self, stop_event: threading.Event) -> None:
        """Try every model on the batches that have become final since the last step."""
        head = self._store.chain_state.view().head
        if head is None:
            return
        final = head.number - self._settings.confirmations
        if final < self._deployment.block_number:
            return
        if self._examiners is None:
            self._examiners = self._engaged(stop_event)
        for examiner in self._examiners:
            if stop_event.is_set():
                return
            examiner.go_on(final)

    def _engaged(self, stop_event: threading.Event) -> list[_Examiner]:
        node, first = self._open_reader(), self._deployment.block_number
        return [
            _Examiner(self._store, node, entry, first, self._clock, stop_event)
            for entry in self._deployment.trainers
            if not entry.is_behind_oracle and entry.mechanism.kind != "prediction-market"
        ]


class _Examiner:
    """Tries the model of one trainer."""

    def __init__(
        self,
        store: Store,
        node: ChainReader,
        entry: TrainerEntry,
        first_block: int,
        clock: Clock,
        stop_event: threading.Event,
    ) -> None:
        self._store = store
        self._trainer = entry.address
        self._clock = clock
        self._stop_event = stop_event
        self._follower = ModelFollower(node, entry, first_block, self._before_lesson)
        self._exam = Exam()
        self._parts: list[Part] = []
        self._rested_at_s = 0.0
        self._faults = 0
        self._pauses_until = float("-inf")

    def go_on(self, to_block: int) -> None:
        """Try it up to a block."""
        started = self._clock.monotonic()
        if self._follower.block_number >= to_block or started < self._pauses_until:
            return
        self._exam, self._parts = Exam.of(self._store, self._trainer), []
        fault = ""
        try:
            self._follower.advance(to_block)
            self._faults = 0
        except StoppedError:
            return
        except (NodeError, SnapshotError) as error:
            fault = str(error)
            self._faults += 1
            pause_s = min(LONGEST_PAUSE_S, INTERVAL_S * 2**self._faults)
            self._pauses_until = started + pause_s
        finally:
            self._keep(fault)

    def _before_lesson(self, model: Classifier, event: Mapping[str, Any]) -> None:
        self._rest()
        if event["id"] <= self._exam.batch:
            return
        records = unpack_records(event["records"])
        taught = [records[index] for index in bits_of(event["acceptedMap"])]
        right = sum(model.predict(model.decode(each.sample)) == each.label for each in taught)
        self._exam = Exam(event["id"], self._exam.tried + len(taught), self._exam.right + right)
        at = float(event["header"]["addedAt"])
        self._parts += [
            Part(Series.TRIED, self._trainer, at, len(taught)),
            Part(Series.RIGHT, self._trainer, at, right),
        ]
        if len(self._parts) >= 2 * PER_TRANSACTION:
            self._keep("")

    def _keep(self, fault: str) -> None:
        """Write down what was found, once."""
        now, exam = self._clock.now(), self._exam
        with self._store.transaction():
            self._store.series.add(self._parts, now)
            Exam(exam.batch, exam.tried, exam.right, fault).keep(self._store, self._trainer, now)
        self._parts = []

    def _rest(self) -> None:
        """Leave the processor to others for a while, and stop where that is wanted."""
        used_s = time.thread_time() - self._rested_at_s
        if self._stop_event.wait(min(1.0, REST * max(0.0, used_s))):
            raise StoppedError("the worker is to stop")
        self._rested_at_s = time.thread_time()


def _name(trainer: str) -> str:
    return f"accuracy:{trainer}"
