"""The best parameters: games are played, liars must lose, and the cheapest house wins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from simulation import Question
from simulation.errors import ParameterError
from simulation.planner import Best, NoParametersError, best, quick, sweep

#: One game for each pair of waits.
QUESTION = Question(players=2_000, base_fee_wei=10**7, tip_wei=0, block_s=2.0)


@cache
def found() -> Best:
    return play()


def play(progress: Callable[[float], None] | None = None, samples: int = 300) -> Best:
    runs = len(sweep.WAITS_S)
    return best(QUESTION, runs, samples=samples, workers=1, progress=progress)


def test_the_best_house_is_cheaper_than_the_one_that_was_asked_about() -> None:
    assert found().estimate.daily_cost_wei < quick(QUESTION).daily_cost_wei
    assert found().estimate.share_reimbursed > quick(QUESTION).share_reimbursed


def test_its_waits_were_played_and_admitted() -> None:
    waits = found().question.refund_wait_s, found().question.forfeit_wait_s
    (row,) = [row for row in found().rows if (row.refund_wait_s, row.forfeit_wait_s) == waits]
    assert row.is_admitted
    assert 0.5 < row.caught <= 1
    assert found().question.caught == row.caught


def test_what_rewards_do_not_pay_of_fees_is_hardly_given_away() -> None:
    estimate = found().estimate
    assert estimate.share_from_rewards > 0
    assert estimate.daily_to_players_wei < 0.02 * estimate.daily_gas_wei


def test_where_liars_never_lose_nothing_is_best(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "_MOST_MISTAKEN", -1.0)
    told: list[float] = []
    with pytest.raises(NoParametersError, match="let the model learn first"):
        play(told.append, samples=40)
    assert told[-1] == 1.0


@pytest.mark.parametrize(
    ("question", "runs", "sentence"),
    [
        (replace(QUESTION, mechanism="gamified"), 100, "leave --sweep away"),
        (QUESTION, 1, "at least as many runs"),
    ],
)
def test_what_cannot_be_swept_is_refused_with_its_remedy(
    question: Question, runs: int, sentence: str
) -> None:
    with pytest.raises(ParameterError, match=sentence):
        best(question, runs)
