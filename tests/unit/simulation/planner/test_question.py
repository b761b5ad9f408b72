"""Impossible questions are refused in one sentence that says what to do."""

from __future__ import annotations

from typing import Any

import pytest

from simulation import Question
from simulation.errors import ParameterError
from simulation.planner import limits, quick
from simulation.planner.question import GWEI, MechanismKind

DAY_S = 86_400


@pytest.mark.parametrize(
    ("asked", "sentence", "name"),
    [
        ({"players": 0}, "Players must be at least 1: raise it.", "players"),
        ({"players": 10**10}, "at most 1,000,000,000: lower it.", "players"),
        ({"settle_max_delay_s": -1.0}, "at least 0", "settle_max_delay_s"),
        ({"labels": 257}, "at most 256", "labels"),
        ({"rounds_per_day": 0.0}, "Rounds per day must be above 0: raise it.", "rounds_per_day"),
        ({"liars": 1.5}, "between 0 % and 100 %, not 150%: correct it.", "liars"),
        (
            {"refund_wait_s": DAY_S, "forfeit_wait_s": 3_600},
            "shorter than the forfeit wait (3600 s): shorten it",
            "refund_wait_s",
        ),
        (
            {"days": 1, "forfeit_wait_s": DAY_S},
            "plan more days or a shorter forfeit wait",
            "forfeit_wait_s",
        ),
        (
            {"base_fee_wei": 50 * GWEI, "price_cap_wei": 20 * GWEI},
            "never gets back what it spends: raise the cap, or choose a cheaper chain",
            "price_cap_wei",
        ),
    ],
)
def test_an_impossible_question_is_refused_with_its_remedy(
    asked: dict[str, Any], sentence: str, name: str
) -> None:
    with pytest.raises(ParameterError) as refusal:
        Question(**asked)
    assert sentence in str(refusal.value)
    assert refusal.value.name == name


@pytest.mark.parametrize("mechanism", ["self-assessment", "gamified"])
def test_the_extremes_that_are_allowed_can_be_reckoned(mechanism: MechanismKind) -> None:
    much = {name: most for name, most in limits.MOST.items() if name != "price_cap_wei"}
    waits = {"refund_wait_s": 1, "forfeit_wait_s": 2, "lapse_wait_s": 1}
    little = {**limits.LEAST, **waits, "rounds_per_day": 1e-9, "max_wait_s": 1e-9, "block_s": 1e-9}
    for asked in (much | waits, little):
        estimate = quick(Question(**asked, mechanism=mechanism))
        assert 0 <= estimate.share_reimbursed < 10**6


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
