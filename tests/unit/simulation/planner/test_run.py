"""One run of a plan: nothing is lost on its way through the house, and a seed is a seed."""

from __future__ import annotations

import numpy as np
import pytest

from simulation import Question
from simulation.planner.cohorts import draw_cohorts, parts_of, steps_of
from simulation.planner.run import run

#: A game that has settled everything long before the plan ends, at prices that stand still.
SHORT = Question(
    players=200,
    rounds_per_day=10,
    days=4,
    refund_wait_s=600,
    forfeit_wait_s=7_200,
    volatility=0.0,
    stake_wei=10**14,
)


def test_the_same_seed_gives_the_same_run_and_another_one_another() -> None:
    assert run(SHORT, 1) == run(SHORT, 1)
    assert run(SHORT, 1) != run(SHORT, 2)


@pytest.mark.parametrize("mechanism", ["self-assessment", "gamified"])
def test_every_contribution_is_settled_in_parts_that_add_up(mechanism: str) -> None:
    question = Question(mechanism=mechanism, players=500, days=3)  # type: ignore[arg-type]
    prices_wei = question.market.draw_wei(steps_of(question), 3_600.0, np.random.default_rng(1))
    for cohort in draw_cohorts(question, prices_wei, np.random.default_rng(2)):
        parts = list(parts_of(question, cohort))
        reserve_wei = cohort.reserve_wei(question.sample_bytes)
        assert sum(part.count for part in parts) == cohort.count
        assert sum(part.count for part in parts if part.is_late) == cohort.late
        assert sum(part.share_of(reserve_wei) for part in parts) == reserve_wei


def test_the_tank_ends_with_what_was_neither_charged_nor_forfeited_nor_is_still_open() -> None:
    played = run(SHORT, 3)
    open_share = 1 - played.settled / played.contributions
    lost_wei = played.credited_wei - played.from_rewards_wei + played.forfeited_wei
    assert open_share < 0.02
    assert lost_wei <= played.tank_wei < 1.25 * lost_wei


def test_what_rewards_pay_was_forfeited_before() -> None:
    played = run(SHORT, 4)
    assert 0 < played.from_rewards_wei <= played.forfeited_wei


def test_longer_batches_cost_less_gas_and_pay_the_relayer_more_of_it() -> None:
    impatient, patient = (run(Question(days=2, max_wait_s=wait), 1) for wait in (2.0, 15.0))
    assert patient.gas_wei < 0.8 * impatient.gas_wei
    assert patient.credited_wei / patient.gas_wei > 1.2 * impatient.credited_wei / impatient.gas_wei
