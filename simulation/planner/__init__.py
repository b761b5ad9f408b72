"""The budget planner: what a studio's house needs, costs, and gets back when."""

from simulation.planner.chance import Spread
from simulation.planner.elsewhere import PriceRow, price_table
from simulation.planner.plan import NotSettledError, Plan, plan
from simulation.planner.prices import AS_OF, TYPICAL_PRICES, TypicalPrice
from simulation.planner.question import Question
from simulation.planner.quick import Estimate, quick
from simulation.planner.sweep import Best, NoParametersError, WaitsRow, best

__all__ = [
    "AS_OF",
    "TYPICAL_PRICES",
    "Best",
    "Estimate",
    "NoParametersError",
    "NotSettledError",
    "Plan",
    "PriceRow",
    "Question",
    "Spread",
    "TypicalPrice",
    "WaitsRow",
    "best",
    "plan",
    "price_table",
    "quick",
]
