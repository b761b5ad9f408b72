"""Questions run beside each other, pause after failures, and never fail the process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from relayer.clock import ManualClock
from relayer.oracle import Question, SampleRefusedError, ServiceUnavailableError
from relayer.oracle.inquiries import MAX_PAUSE_S, Inquiries, Reply
from tests.unit.oracle.test_http_adapter import QUESTION


class ScriptedService:
    """Answers with what was written beforehand; errors are raised."""

    def __init__(self, *script: int | Exception) -> None:
        self.script = list(script)
        self.asked = 0
        self.gate = threading.Event()
        self.gate.set()

    def classify(self, question: Question) -> int:
        """The next line of the script."""
        self.asked += 1
        assert self.gate.wait(10)
        line = self.script.pop(0)
        if isinstance(line, Exception):
            raise line
        return line


@pytest.fixture
def clock() -> ManualClock:
    """Time stands still."""
    return ManualClock()


@pytest.fixture
def opened() -> Iterator[list[Inquiries]]:
    """What is opened here is closed in the end."""
    inquiries: list[Inquiries] = []
    yield inquiries
    for each in inquiries:
        each.close()


def numbered(number: int) -> Question:
    return replace(QUESTION, request_id=f"0x{number:064x}")


def collect(inquiries: Inquiries) -> list[Reply]:
    inquiries.wait(10)
    return inquiries.collect()


def test_an_answer_is_collected_once(opened: list[Inquiries], clock: ManualClock) -> None:
    opened.append(inquiries := Inquiries(ScriptedService(2), 4, 1.0, clock))
    assert inquiries.ask(QUESTION)
    assert collect(inquiries) == [Reply(QUESTION.request_id, 2)]
    assert collect(inquiries) == []


def test_the_same_is_not_asked_while_it_is_under_way(
    opened: list[Inquiries], clock: ManualClock
) -> None:
    service = ScriptedService(2)
    service.gate.clear()
    opened.append(inquiries := Inquiries(service, 4, 1.0, clock))
    assert inquiries.ask(QUESTION)
    assert not inquiries.ask(QUESTION)
    assert inquiries.collect() == []
    service.gate.set()
    assert collect(inquiries) == [Reply(QUESTION.request_id, 2)]
    assert service.asked == 1


def test_a_slow_service_holds_up_only_its_own_lines(
    opened: list[Inquiries], clock: ManualClock
) -> None:
    service = ScriptedService(1, 1)
    service.gate.clear()
    opened.append(inquiries := Inquiries(service, 2, 1.0, clock))
    assert inquiries.ask(numbered(1))
    assert inquiries.ask(numbered(2))
    assert not inquiries.ask(numbered(3)), "all lines are busy"
    service.gate.set()
    assert len(collect(inquiries)) == 2
    service.script.append(1)
    assert inquiries.ask(numbered(3))
    assert len(collect(inquiries)) == 1


def test_pauses_double_after_each_failure_up_to_a_bound(
    opened: list[Inquiries], clock: ManualClock
) -> None:
    failures = [ServiceUnavailableError("down") for _ in range(8)]
    opened.append(inquiries := Inquiries(ScriptedService(*failures, 2), 4, 1.0, clock))
    for pause_s in (1, 2, 4, 8, 16, 32, MAX_PAUSE_S, MAX_PAUSE_S):
        assert inquiries.ask(QUESTION)
        assert [reply.retryable for reply in collect(inquiries)] == [True]
        clock.advance(pause_s - 0.5)
        assert not inquiries.ask(QUESTION), "too early"
        clock.advance(0.5)
    assert inquiries.ask(QUESTION)
    assert collect(inquiries) == [Reply(QUESTION.request_id, 2)]


def test_a_failure_of_one_question_keeps_no_other_waiting(
    opened: list[Inquiries], clock: ManualClock
) -> None:
    opened.append(
        inquiries := Inquiries(ScriptedService(ServiceUnavailableError("x"), 1), 1, 1.0, clock)
    )
    inquiries.ask(numbered(1))
    collect(inquiries)
    assert inquiries.ask(numbered(2))
    assert collect(inquiries) == [Reply(numbered(2).request_id, 1)]


def test_a_refusal_is_final(opened: list[Inquiries], clock: ManualClock) -> None:
    refusal = SampleRefusedError("not a text")
    opened.append(inquiries := Inquiries(ScriptedService(refusal), 4, 1.0, clock))
    inquiries.ask(QUESTION)
    assert collect(inquiries) == [Reply(QUESTION.request_id, None, "not a text")]


def test_an_adapter_that_breaks_is_asked_again_later(
    opened: list[Inquiries], clock: ManualClock
) -> None:
    opened.append(inquiries := Inquiries(ScriptedService(ZeroDivisionError(), 1), 4, 1.0, clock))
    inquiries.ask(QUESTION)
    failed = Reply(QUESTION.request_id, None, "ZeroDivisionError()", retryable=True)
    assert collect(inquiries) == [failed]
    clock.advance(1)
    inquiries.ask(QUESTION)
    assert collect(inquiries) == [Reply(QUESTION.request_id, 1)]
