"""Days in a row, and the one freeze in seven days."""

from __future__ import annotations

import pytest

from sample_game.puzzles.streak import DAYS_BETWEEN_FREEZES, streak_of


@pytest.mark.parametrize(
    ("finished", "today", "days"),
    [
        ([], 10, 0),
        ([10], 10, 1),
        ([9], 10, 1),  # today's may still be played
        ([8, 9, 10], 10, 3),
        ([8, 10], 10, 2),  # 9 was frozen and does not count
        ([7, 8], 10, 2),  # 9 is frozen while 10 may still be played
        ([7, 10], 10, 1),  # two missed days together
        ([7], 10, 0),
        ([1, 3, 5], 5, 1),  # 2 was frozen, so 4 could not be
        ([1, 3, 4, 5, 6, 7, 9], 9, 1),  # 8 is six days after 2
        ([1, 3, 4, 5, 6, 7, 8, 10], 10, 8),  # 9 is seven days after 2
    ],
)
def test_row_is_counted_over_missed_days(finished: list[int], today: int, days: int) -> None:
    assert streak_of(finished, today).days == days


def test_longest_row_stays_known_when_it_has_ended() -> None:
    streak = streak_of([1, 2, 3, 8, 9], 9)
    assert (streak.days, streak.best) == (2, 3)
    assert streak_of([1, 2, 3], 9).best == 3


def test_player_is_told_that_yesterday_is_frozen_and_when_that_works_again() -> None:
    streak = streak_of([5, 6, 7], 9)
    assert (streak.is_frozen, streak.next_freeze_day) == (True, 8 + DAYS_BETWEEN_FREEZES)
    streak = streak_of([5, 6, 7, 9], 9)
    assert (streak.is_frozen, streak.next_freeze_day) == (False, 8 + DAYS_BETWEEN_FREEZES)
    assert streak_of([5, 6, 7, 8], 9).next_freeze_day is None


def test_freeze_stays_used_when_the_row_ends_all_the_same() -> None:
    assert streak_of([1, 3, 6, 8], 8).days == 1, "7 is five days after 2"
    assert DAYS_BETWEEN_FREEZES == 7
