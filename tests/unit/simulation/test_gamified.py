"""Points and badges off chain: what takes longer than a chain has patience for."""

from __future__ import annotations

import pytest

from relayer.batch.dry_run import Outcome
from simulation.errors import ParameterError
from simulation.mechanisms.gamified import Badge, Gamified, Statement

DAY_S = 86_400
ANNA, BEN, CARA = (f"0x{number:040x}" for number in (1, 3, 5))


def test_badges_come_with_the_tenth_hundredth_and_thousandth_point() -> None:
    mechanism = Gamified(distinct_validators=0, lapse_wait_s=1)
    mechanism.note_authors([ANNA, BEN], now=0)
    earned = {}
    for point in range(1, 1_001):
        mechanism.validate([ANNA], {0}, [Statement(BEN, 0)])
        earned[point] = len(mechanism.standing(ANNA).badges)
    assert [earned[point] for point in (1, 9, 10, 99, 100, 999, 1_000)] == [1, 1, 2, 2, 3, 3, 4]


def test_seven_days_in_a_row_earn_a_badge_and_a_missed_one_begins_anew() -> None:
    mechanism = Gamified(distinct_validators=0, lapse_wait_s=1)
    for day in (1, 2, 3, 4, 5, 6, 8):
        mechanism.note_authors([ANNA], now=day * DAY_S)
    assert Badge.WEEK_STREAK not in mechanism.standing(ANNA).badges
    for day in range(9, 15):
        mechanism.note_authors([ANNA], now=day * DAY_S)
    assert Badge.WEEK_STREAK in mechanism.standing(ANNA).badges


def test_a_contribution_is_confirmed_once_and_lapses_when_its_wait_is_over() -> None:
    mechanism = Gamified(distinct_validators=3, lapse_wait_s=100)
    mechanism.note_authors([ANNA, BEN, CARA], now=0)
    outcomes = mechanism.validate([ANNA], {0}, [Statement(BEN, 0), Statement(CARA, 0)])
    assert outcomes == [Outcome.ACCEPTED, Outcome.NOT_OPEN]
    assert not mechanism.has_lapsed(added_at=50, now=149)
    assert mechanism.has_lapsed(added_at=50, now=150)


@pytest.mark.parametrize("parameters", [(4, 100), (-1, 100), (3, 0)])
def test_what_cannot_be_deployed_cannot_be_simulated(parameters: tuple[int, int]) -> None:
    with pytest.raises(ParameterError):
        Gamified(*parameters)
