"""The closed formulas agree with the simulation whose place they take on a dashboard."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from simulation import Question, plan
from simulation.planner import quick

#: Prices stand still, so that two runs tell the mean; what is left is traffic and rewards.
CALM = Question(volatility=0.0, days=8, seeds=2, max_wait_s=10.0)
TOLERANCE = 0.1


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"stake_wei": 10**15, "liars": 0.1},
        {"mechanism": "gamified", "lapse_wait_s": 86_400},
        {"players": 40, "rounds_per_day": 5.0, "block_s": 2.0, "stake_wei": 10**13},
    ],
)
def test_formulas_and_simulation_agree(asked: dict[str, Any]) -> None:
    question = replace(CALM, **asked)
    formula, simulated = quick(question), plan(question, workers=1)
    pairs = {
        "tank": (formula.tank_wei, simulated.tank.mean_wei),
        "gas": (formula.daily_gas_wei, simulated.daily_gas.mean_wei),
        "cost": (formula.daily_cost_wei, simulated.daily_cost.mean_wei),
        "fees": (formula.daily_fees_wei, simulated.daily_fees_wei),
        "rewards": (formula.daily_from_rewards_wei, simulated.daily_from_rewards_wei),
        "wait": (formula.reimbursed_after_s, simulated.reimbursed_after_s),
        "batches": (formula.batch_size, simulated.batch_size),
    }
    for name, (closed, drawn) in pairs.items():
        assert closed == pytest.approx(drawn, rel=TOLERANCE), (name, closed / max(drawn, 1))


def test_a_cap_below_dear_prices_costs_the_relayer_and_spares_the_sponsor() -> None:
    wild = Question(volatility=1.0)
    tight = replace(wild, price_cap_wei=wild.base_fee_wei + wild.tip_wei)
    assert quick(tight).daily_gas_wei == quick(wild).daily_gas_wei
    assert quick(tight).daily_fees_wei < 0.8 * quick(wild).daily_fees_wei


def test_more_players_fill_batches_and_a_contribution_gets_cheaper() -> None:
    few, many = (quick(Question(players=players)) for players in (50, 50_000))
    assert many.cost_per_contribution_wei < few.cost_per_contribution_wei / 2
