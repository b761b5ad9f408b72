"""The mechanisms off chain, in exact integers: for figures, plans and tests of the contracts.

Names are imported when they are asked for: what they need is an optional extra, `simulation`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from simulation.planner import Plan, Question, plan
    from simulation.scenarios.game import GameScenario, simulate_game, simulate_gamified
    from simulation.scenarios.market import MarketScenario, simulate_market
    from simulation.scenarios.self_assessment import (
        SelfAssessmentScenario,
        simulate_self_assessment,
    )

__all__ = [
    "GameScenario",
    "MarketScenario",
    "Plan",
    "Question",
    "SelfAssessmentScenario",
    "plan",
    "simulate_game",
    "simulate_gamified",
    "simulate_market",
    "simulate_self_assessment",
]

#: Where what the package offers is defined.
_OFFERED: Final = {
    "GameScenario": "simulation.scenarios.game",
    "MarketScenario": "simulation.scenarios.market",
    "Plan": "simulation.planner",
    "Question": "simulation.planner",
    "SelfAssessmentScenario": "simulation.scenarios.self_assessment",
    "plan": "simulation.planner",
    "simulate_game": "simulation.scenarios.game",
    "simulate_gamified": "simulation.scenarios.game",
    "simulate_market": "simulation.scenarios.market",
    "simulate_self_assessment": "simulation.scenarios.self_assessment",
}


def __getattr__(name: str) -> Any:
    """A name of the package, from where it is defined."""
    if name not in _OFFERED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_OFFERED[name]), name)
