"""What happens around calls of the house: who waits for it, how many, and what is said."""

from __future__ import annotations

import threading
from typing import NoReturn

import pytest

from relayer.client import ApiError, TransportError
from relayer.client.transport import Transport
from relayer.clock import ManualClock
from sample_game.errors import HouseError
from sample_game.house_calls import HouseCalls
from sample_game.remembered import Remembered
from tests.unit.game.conftest import Table
from tests.unit.game.test_confirmations import NUMBER, contributor, win, with_clues_on_the_record

PATIENCE_S = 20


def test_a_guess_asks_the_house_nothing(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    with_clues_on_the_record(table)
    player = contributor(table)
    table.clock.advance(3_000)  # nothing that was remembered is fresh

    def unreachable(*_: object, **__: object) -> NoReturn:
        raise AssertionError("the house was asked")

    monkeypatch.setattr(Transport, "send", unreachable)
    _, result = win(table, player)
    assert result["contribution_number"] == NUMBER


def test_further_calls_of_a_house_that_hangs_are_refused() -> None:
    calls = HouseCalls(most_at_once=1, turn_within_s=0)
    refusals: list[HouseError] = []

    def call() -> None:
        try:
            with calls:
                pass
        except HouseError as error:
            refusals.append(error)

    with calls:
        with calls:
            """One inside another is the same call."""
        other = threading.Thread(target=call)
        other.start()
        other.join(PATIENCE_S)
    (refusal,) = refusals
    assert (refusal.house_code, refusal.may_retry) == ("house-unreachable", True)
    call()
    assert len(refusals) == 1, "the turn was given back"


def test_refusals_and_silence_of_the_house_are_told_in_the_game_s_terms() -> None:
    calls = HouseCalls()
    problem = {"code": "tank-empty", "detail": "No money.", "status": 503, "retryable": True}
    with pytest.raises(HouseError, match=r"No money\.") as refused, calls:
        raise ApiError(problem)
    assert (refused.value.house_code, refused.value.http_status) == ("tank-empty", 503)
    with pytest.raises(HouseError) as silent, calls:
        raise TransportError("no answer")
    assert (silent.value.house_code, silent.value.may_retry) == ("house-unreachable", True)


def test_while_one_thread_asks_anew_the_others_have_what_was_there() -> None:
    clock, asked, answer = ManualClock(), threading.Event(), threading.Event()
    answers = iter(("old", "new"))

    def ask() -> str:
        if clock.monotonic() > began_at:
            asked.set()
            assert answer.wait(PATIENCE_S)
        return next(answers)

    began_at = clock.monotonic()
    remembered = Remembered(ask, 10, clock)
    assert remembered.get() == "old"
    clock.advance(11)
    got: list[str] = []
    asking = threading.Thread(target=lambda: got.append(remembered.get()))
    asking.start()
    assert asked.wait(PATIENCE_S)
    waiting = threading.Thread(target=lambda: got.append(remembered.get()))
    waiting.start()
    waiting.join(1)
    assert got == ["old"]
    answer.set()
    asking.join(PATIENCE_S)
    assert got == ["old", "new"]
    assert remembered.get() == "new"


def test_what_is_remembered_is_asked_anew_though_the_clock_was_set_back() -> None:
    clock, answers = ManualClock(), iter(("old", "new"))
    remembered = Remembered(lambda: next(answers), 10, clock)
    assert remembered.get() == "old"
    clock.jump(-86_400)
    assert remembered.get() == "old"
    clock.advance(10)
    assert remembered.get() == "new"


def test_what_takes_long_to_add_up_is_good_for_longer() -> None:
    clock, asked = ManualClock(), []

    def ask() -> None:
        asked.append(clock.monotonic())
        clock.advance(4)

    remembered = Remembered(ask, 5, clock, pause_factor=9)
    remembered.get()
    clock.advance(35)
    remembered.get()
    assert asked == [0]
    clock.advance(1)
    remembered.get()
    assert asked == [0, 40]
