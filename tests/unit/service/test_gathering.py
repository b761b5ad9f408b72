"""Submissions of many threads in few servings, each with its own answers."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from relayer.intake.gathering import Gathering

BOUND_S = 60


class Desk:
    """Doubles numbers; the first serving waits until the test lets it go on."""

    def __init__(self) -> None:
        self.servings: list[list[int]] = []
        self.entered = threading.Event()
        self.go_on = threading.Event()

    def serve(self, numbers: Sequence[int]) -> list[int]:
        self.servings.append(list(numbers))
        self.entered.set()
        assert self.go_on.wait(BOUND_S)
        if 13 in numbers:
            raise ValueError("thirteen")
        return [2 * number for number in numbers]


def test_a_single_submission_is_served_at_once() -> None:
    desk = Desk()
    desk.go_on.set()
    assert Gathering(desk.serve).submit([1, 2]) == [2, 4]


def run_behind_the_first(submissions: list[list[int]]) -> tuple[Desk, dict[int, object]]:
    """Serve the first submission while all others queue up behind it."""
    desk, outcomes = Desk(), dict[int, object]()
    gathering = Gathering(desk.serve)

    def submit(index: int) -> None:
        try:
            outcomes[index] = list(gathering.submit(submissions[index]))
        except ValueError as error:
            outcomes[index] = error

    threads = [threading.Thread(target=submit, args=(i,)) for i in range(len(submissions))]
    threads[0].start()
    assert desk.entered.wait(BOUND_S)
    for thread in threads[1:]:
        thread.start()
    for _ in range(BOUND_S * 1_000):
        if len(gathering._waiting) == len(submissions) - 1:
            break
        threading.Event().wait(0.001)
    desk.go_on.set()
    for thread in threads:
        thread.join(BOUND_S)
    return desk, outcomes


def test_who_comes_during_a_serving_shares_the_next_one() -> None:
    desk, outcomes = run_behind_the_first([[1], [2, 3], [4], []])
    assert outcomes == {0: [2], 1: [4, 6], 2: [8], 3: []}
    assert len(desk.servings) == 2
    assert sorted(desk.servings[1]) == [2, 3, 4]


def test_a_submission_that_fails_fails_alone() -> None:
    _, outcomes = run_behind_the_first([[1], [2], [13], [4]])
    assert (outcomes[0], outcomes[1], outcomes[3]) == ([2], [4], [8])
    assert isinstance(outcomes[2], ValueError)


def test_the_gathering_goes_on_after_a_failure() -> None:
    desk = Desk()
    desk.go_on.set()
    gathering = Gathering(desk.serve)
    with pytest.raises(ValueError, match="thirteen"):
        gathering.submit([13])
    assert gathering.submit([1]) == [2]


class Doors:
    """What surrounds a serving: somebody else comes in while it is being entered."""

    def __init__(self) -> None:
        self.gathering: Gathering[int, int] | None = None
        self.late: list[int] | None = None
        self.open = False

    @contextmanager
    def __call__(self) -> Iterator[None]:
        if self.late is not None and self.gathering is not None:
            late, self.late, gathering = self.late, None, self.gathering
            self.thread = threading.Thread(target=lambda: gathering.submit(late))
            self.thread.start()
            for _ in range(BOUND_S * 1_000):
                if len(gathering._waiting) == 2:
                    break
                threading.Event().wait(0.001)
        self.open = True
        yield
        self.open = False


def test_who_comes_while_the_doors_open_is_served_too() -> None:
    desk, doors = Desk(), Doors()
    desk.go_on.set()
    doors.gathering, doors.late = Gathering(desk.serve, doors), [5]
    assert doors.gathering.submit([1]) == [2]
    doors.thread.join(BOUND_S)
    assert desk.servings == [[1, 5]]


def test_no_answer_is_given_when_the_doors_do_not_close() -> None:
    @contextmanager
    def broken() -> Iterator[None]:
        yield
        raise OSError("the disk is full")

    desk = Desk()
    desk.go_on.set()
    with pytest.raises(OSError, match="disk is full"):
        Gathering(desk.serve, broken).submit([1])


def test_nobody_is_left_waiting_when_the_doors_do_not_open() -> None:
    @contextmanager
    def shut() -> Iterator[None]:
        raise OSError("locked")
        yield

    desk = Desk()
    gathering = Gathering(desk.serve, shut)
    for _ in range(2):
        with pytest.raises(OSError, match="locked"):
            gathering.submit([1])
    assert desk.servings == []


def test_under_load_a_serving_gives_way_to_who_is_about_to_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("relayer.intake.gathering.PATIENCE_S", BOUND_S)  # however slow the machine
    desk, latecomers = Desk(), list[threading.Thread]()
    desk.go_on.set()

    def pause(_: float) -> None:
        """While the server gives way, two more come; then nobody."""
        if len(latecomers) == 2:
            return
        number = len(gathering._waiting)
        latecomers.append(threading.Thread(target=gathering.submit, args=([number],)))
        latecomers[-1].start()
        for _ in range(BOUND_S * 1_000):
            if len(gathering._waiting) > number:
                return
            threading.Event().wait(0.001)

    gathering = Gathering(desk.serve, pause=pause)
    gathering._came_at = float("inf")  # somebody came just now
    gathering.submit([0])
    for thread in latecomers:
        thread.join(BOUND_S)
    assert desk.servings == [[0, 1, 2]]


def test_without_load_nobody_is_waited_for() -> None:
    desk, pauses = Desk(), list[float]()
    desk.go_on.set()
    Gathering(desk.serve, pause=pauses.append).submit([1])
    assert pauses == []


def test_the_next_are_served_while_answers_become_final() -> None:
    desk, answers = Desk(), dict[int, object]()
    finishing, may_finish = threading.Event(), threading.Event()
    desk.go_on.set()

    def finish(final: Sequence[int]) -> None:
        if 2 in final:
            finishing.set()
            assert may_finish.wait(BOUND_S)

    gathering = Gathering(desk.serve, finish=finish)
    first = threading.Thread(target=lambda: answers.update({1: gathering.submit([1])}))
    first.start()
    assert finishing.wait(BOUND_S)
    assert gathering.submit([2]) == [4]
    assert answers == {}, "no answer before it is final"
    may_finish.set()
    first.join(BOUND_S)
    assert answers == {1: [2]}


def test_answers_that_do_not_become_final_are_none() -> None:
    desk = Desk()
    desk.go_on.set()

    def refuse(final: Sequence[int]) -> None:
        raise OSError("the disk does not answer")

    gathering = Gathering(desk.serve, finish=refuse)
    for _ in range(2):
        with pytest.raises(OSError, match="does not answer"):
            gathering.submit([1])


class Ended(BaseException):
    """Ends a thread, as Ctrl-C does."""


def submit_beside(gathering: Gathering[int, int], number: int, outcomes: dict[int, object]) -> None:
    """Submit on another thread, and return once it waits."""

    def submit() -> None:
        try:
            outcomes[number] = gathering.submit([number])
        except (RuntimeError, Ended) as error:
            outcomes[number] = error

    waiting = len(gathering._waiting)
    threading.Thread(target=submit, daemon=True).start()
    for _ in range(BOUND_S * 1_000):
        if len(gathering._waiting) > waiting:
            return
        threading.Event().wait(0.001)


def came(outcomes: dict[int, object], number: int) -> object:
    for _ in range(BOUND_S * 1_000):
        if number in outcomes:
            return outcomes[number]
        threading.Event().wait(0.001)
    raise AssertionError("still waiting")


def test_a_thread_that_ends_before_it_serves_hands_over() -> None:
    desk, outcomes = Desk(), dict[int, object]()
    desk.go_on.set()

    def pause(_: float) -> None:
        if gathering._waiting[0].given != [0]:
            return
        submit_beside(gathering, 1, outcomes)
        raise Ended

    gathering = Gathering(desk.serve, pause=pause)
    gathering._came_at = float("inf")  # somebody came just now
    with pytest.raises(Ended):
        gathering.submit([0])
    assert came(outcomes, 1) == [2]
    assert desk.servings == [[1]]
    assert gathering.submit([2]) == [4]


def test_a_thread_that_ends_while_it_serves_leaves_nobody_waiting() -> None:
    outcomes = dict[int, object]()

    @contextmanager
    def doors() -> Iterator[None]:
        if not outcomes:
            outcomes[0] = None
            submit_beside(gathering, 1, outcomes)
        yield

    def serve(numbers: Sequence[int]) -> list[int]:
        if 0 in numbers:
            raise Ended
        return [2 * number for number in numbers]

    gathering = Gathering(serve, doors)
    with pytest.raises(Ended):
        gathering.submit([0])
    assert isinstance(came(outcomes, 1), RuntimeError), "unanswered, and it knows"
    assert gathering.submit([2]) == [4]


def test_a_thread_that_ends_while_answers_become_final_gives_none() -> None:
    outcomes = dict[int, object]()

    @contextmanager
    def doors() -> Iterator[None]:
        if not outcomes:
            outcomes[0] = None
            submit_beside(gathering, 1, outcomes)
        yield

    def finish(answers: Sequence[int]) -> None:
        if 0 in answers:
            raise Ended

    def serve(numbers: Sequence[int]) -> list[int]:
        return [2 * number for number in numbers]

    gathering = Gathering(serve, doors, finish)
    with pytest.raises(Ended):
        gathering.submit([0])
    assert isinstance(came(outcomes, 1), RuntimeError)
    assert gathering.submit([2]) == [4]


def test_a_thread_that_ends_while_it_waits_is_not_waited_for() -> None:
    desk, outcomes = Desk(), dict[int, object]()
    gathering = Gathering(desk.serve)
    first = threading.Thread(target=gathering.submit, args=([0],))
    first.start()
    assert desk.entered.wait(BOUND_S)
    submit_beside(gathering, 1, outcomes)
    gathering._leave(gathering._waiting[0])  # what its thread does then
    submit_beside(gathering, 2, outcomes)
    desk.go_on.set()
    first.join(BOUND_S)
    assert came(outcomes, 2) == [4]
    assert desk.servings == [[0], [2]]
