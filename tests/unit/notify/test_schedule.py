"""When a message is tried again."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relayer.notify.schedule import PAUSES_S, next_pause_s


@given(st.integers(1, len(PAUSES_S)), st.integers())
def test_pauses_stay_near_the_schedule(tries: int, seed: int) -> None:
    pause_s = next_pause_s(tries, random.Random(seed))
    assert pause_s == pytest.approx(PAUSES_S[tries - 1], rel=0.1)


def test_after_the_last_pause_a_message_is_given_up() -> None:
    assert next_pause_s(len(PAUSES_S) + 1, random.Random(1)) is None


@given(st.floats(0, 10**9))
def test_a_receiver_may_ask_for_more_time_up_to_a_day(asked_s: float) -> None:
    pause_s = next_pause_s(1, random.Random(1), asked_s)
    assert pause_s is not None
    assert min(asked_s, 86_400) <= pause_s <= max(86_400, 5.5)
