"""The house's money: gas, base fees, batches, the tank, and what comes back."""

from simulation.house.base_fee import BaseFeeMarket, HourlyBaseFees, next_base_fee_wei
from simulation.house.batching import Departure, form_batches
from simulation.house.fees import Added, Charge, Terms
from simulation.house.gas import Curve, GasFigures, GasFiguresError, gas_figures
from simulation.house.house import House, HouseRules, OpenBatch, Settlement, Statement
from simulation.house.market_gas import MarketGas, market_gas
from simulation.house.prices import HousePrices
from simulation.house.tank import OverBudgetError, Tank

__all__ = [
    "Added",
    "BaseFeeMarket",
    "Charge",
    "Curve",
    "Departure",
    "GasFigures",
    "GasFiguresError",
    "HourlyBaseFees",
    "House",
    "HousePrices",
    "HouseRules",
    "MarketGas",
    "OpenBatch",
    "OverBudgetError",
    "Settlement",
    "Statement",
    "Tank",
    "Terms",
    "form_batches",
    "gas_figures",
    "market_gas",
    "next_base_fee_wei",
]
