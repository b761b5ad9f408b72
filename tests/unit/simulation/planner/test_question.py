"""Impossible questions are refused in one sentence that says what to do."""

from __future__ import annotations

from typing import Any

import pytest

from simulation import Question
from simulation.errors import ParameterError
from simulation.planner.question import GWEI

DAY_S = 86_400


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"players": 0}, "Players must be at least 1: raise it."),
        ({"rounds_per_day": 0.0}, "Rounds per day must be above 0: raise it."),
        ({"liars": 1.5}, "between 0 % and 100 %, not 150%: correct it."),
        (
            {"refund_wait_s": DAY_S, "forfeit_wait_s": 3_600},
            "shorter than the forfeit wait (3600 s): shorten it",
        ),
        ({"days": 1, "forfeit_wait_s": DAY_S}, "plan more days or a shorter forfeit wait"),
        (
            {"base_fee_wei": 50 * GWEI, "price_cap_wei": 20 * GWEI},
            "never gets back what it spends: raise the cap, or choose a cheaper chain",
        ),
    ],
)
def test_an_impossible_question_is_refused_with_its_remedy(
    asked: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ParameterError) as refusal:
        Question(**asked)
    assert sentence in str(refusal.value)


def test_without_a_cap_the_sponsor_allows_four_times_the_usual_price() -> None:
    assert Question(base_fee_wei=GWEI, tip_wei=GWEI // 2).cap_wei == 6 * GWEI


def test_a_gamified_game_puts_down_no_stakes_and_may_plan_a_single_day() -> None:
    question = Question(mechanism="gamified", days=1)
    assert question.staked_wei == 0
    assert question.late_share == pytest.approx(1 - 0.97 * 0.6)


def test_a_fee_in_percent_raises_every_unit_of_the_schedule() -> None:
    usual, more = Question().schedule, Question(fee_percent=150).schedule
    for name, units in usual.model_dump().items():
        assert getattr(more, name) == units * 3 // 2
