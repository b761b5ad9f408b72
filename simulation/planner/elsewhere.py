"""What the same game costs at the prices of other chains, by formulas."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from simulation.planner.prices import TYPICAL_PRICES
from simulation.planner.question import Question
from simulation.planner.quick import Estimate, quick


@dataclass(frozen=True)
class PriceRow:
    """What the same game costs at the prices of some chain."""

    name: str
    base_fee_wei: int
    estimate: Estimate

    def to_json(self, question: Question) -> dict[str, Any]:
        """The row for programs, in the currency of a question as well."""
        cost_wei = self.estimate.daily_cost_wei
        return {
            "name": self.name,
            "base_fee_wei": self.base_fee_wei,
            "daily_cost_wei": cost_wei,
            "daily_cost_in_currency": str(question.in_currency(cost_wei)),
            "tank_wei": self.estimate.tank_wei,
            "cost_per_contribution_wei": self.estimate.cost_per_contribution_wei,
        }


def price_table(question: Question) -> tuple[PriceRow, ...]:
    """What the same game costs at typical prices."""
    return tuple(
        PriceRow(
            price.name,
            price.base_fee_wei,
            quick(
                replace(
                    question,
                    base_fee_wei=price.base_fee_wei,
                    tip_wei=price.tip_wei,
                    block_s=price.block_s,
                    price_cap_wei=None,
                )
            ),
        )
        for price in TYPICAL_PRICES
    )
