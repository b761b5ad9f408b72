"""Prediction markets on real data: the reference's one, and series of ours."""

from simulation.scenarios.market.parameters import MarketScenario
from simulation.scenarios.market.simulate import simulate_market

__all__ = ["MarketScenario", "simulate_market"]
