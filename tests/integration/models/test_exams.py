"""Models that are tried before they are taught, on a real chain."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from relayer.clock import ManualClock
from relayer.models.errors import SnapshotError
from relayer.models.follower import ModelFollower
from relayer.series.names import HOUR_S, Series
from relayer.settings import Settings
from relayer.store import Store
from relayer.store.chain_state import HeadSnapshot
from relayer.watch.exams import INTERVAL_S, Exam, Exams
from tests.chain import Chain
from tests.house import make_deployment
from tests.integration.models.test_follower import add_batch

GOING_ON = threading.Event()


def note_head(store: Store, chain: Chain) -> None:
    """Write down the newest block, as the worker does."""
    head = chain.node.head()
    seen = HeadSnapshot(31337, head.number, head.hash, head.timestamp, head.base_fee_wei)
    with store.transaction():
        store.chain_state.write_head(seen, float(head.timestamp))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def open_exams(store: Store, chain: Chain, clock: ManualClock) -> Callable[[], Exams]:
    settings = Settings(confirmations=0, rpc_url=chain.url)
    clock.jump(chain.now() - clock.now())
    return lambda: Exams(store, settings, chain.deployment, lambda: chain.node, clock)


def total(store: Store, chain: Chain, name: Series) -> int:
    """What the series of the first trainer holds."""
    points = store.series.points(name, HOUR_S, 0, chain.now() + HOUR_S)
    return sum(point.value for point in points if point.label == chain.trainer.address)


def test_each_contribution_is_a_question_before_it_is_a_lesson_and_only_once(
    chain: Chain, store: Store, open_exams: Callable[[], Exams]
) -> None:
    trainer = chain.trainer.address
    # Nothing learnt yet: the model says 0. Then it knows that 7 stands for 2.
    add_batch(chain, chain.trainer, (2, (7,)), (2, (7,)), (0, (8,)))
    note_head(store, chain)
    exams = open_exams()
    exams.step(GOING_ON)
    assert Exam.of(store, trainer) == Exam(batch=1, tried=3, right=1)
    add_batch(chain, chain.trainer, (2, (7,)), (3, (7,)))
    exams.step(GOING_ON)
    assert Exam.of(store, trainer).batch == 1, "the worker has not seen that block"
    note_head(store, chain)
    open_exams().step(GOING_ON)
    exams.step(GOING_ON)
    assert Exam.of(store, trainer) == Exam(batch=2, tried=5, right=2)
    assert (total(store, chain, Series.TRIED), total(store, chain, Series.RIGHT)) == (5, 2)


class StopAtSecondRest(threading.Event):
    """Is set while a model rests for the second time."""

    rests = 0

    def wait(self, timeout: float | None = None) -> bool:
        self.rests += 1
        return self.rests == 2


def test_a_worker_that_stops_has_stored_what_was_tried_and_the_next_one_goes_on(
    chain: Chain, store: Store, open_exams: Callable[[], Exams]
) -> None:
    for _ in range(3):
        add_batch(chain, chain.trainer, (2, (7,)))
    note_head(store, chain)
    open_exams().step(StopAtSecondRest())
    assert Exam.of(store, chain.trainer.address) == Exam(batch=1, tried=1, right=0)
    open_exams().step(GOING_ON)
    assert Exam.of(store, chain.trainer.address) == Exam(batch=3, tried=3, right=2)
    assert total(store, chain, Series.TRIED) == 3


def test_what_cannot_be_followed_says_why_and_is_tried_less_and_less(
    chain: Chain,
    store: Store,
    clock: ManualClock,
    open_exams: Callable[[], Exams],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tries: list[int] = []

    def fail(follower: ModelFollower, to_block: int) -> bool:
        tries.append(to_block)
        raise SnapshotError("Batch 1 is missing.")

    note_head(store, chain)
    monkeypatch.setattr(ModelFollower, "advance", fail)
    exams, trainers = open_exams(), len(chain.deployment.trainers)
    for _ in range(6):
        exams.step(GOING_ON)
        clock.advance(INTERVAL_S)
    assert len(tries) == 2 * trainers, "at once, and after a minute"
    assert Exam.of(store, chain.trainer.address) == Exam(fault="Batch 1 is missing.")


def test_nothing_is_read_where_nobody_wants_it(store: Store) -> None:
    settings, stop = Settings(ops_accuracy=False), threading.Event()
    Exams(store, settings, make_deployment(), lambda: pytest.fail("read"), ManualClock()).run(stop)
    assert not stop.is_set(), "it has ended by itself"
