"""Where a game is played: the house's rules, and the base fee of every hour."""

from __future__ import annotations

from typing import Final

import numpy as np

from relayer.batch.policy import BatchPolicy
from relayer.deploy.classifier_plans import NaiveBayesPlan
from relayer.deploy.mechanism_plans import GamifiedPlan, MechanismPlan, SelfAssessmentPlan
from relayer.deploy.schedules import default_schedule
from relayer.models.naive_bayes import NaiveBayesParameters
from relayer.settings.batching import BatchingSettings
from simulation.house import BaseFeeMarket, HouseRules, gas_figures
from simulation.house.batching import Departure, form_batches
from simulation.scenarios.game.parameters import GameScenario
from simulation.scenarios.game.rounds import ClueRound

_HOUR_S: Final = 3_600
_USUAL_SAMPLE_BYTES: Final = 8
#: The sponsor allows so many times the usual price.
_USUAL_CAP: Final = 4
_BATCHING: Final = BatchingSettings()


def house_rules(scenario: GameScenario) -> HouseRules:
    """Schedule, gas and prices of the game's trainer."""
    mechanism: MechanismPlan = GamifiedPlan() if scenario.is_gamified else SelfAssessmentPlan()
    labels, plan = len(scenario.words), NaiveBayesPlan()
    return HouseRules(
        schedule=default_schedule(plan, mechanism, labels),
        gas=gas_figures(plan, mechanism, labels, _USUAL_SAMPLE_BYTES),
        price_cap_wei=_USUAL_CAP * (scenario.base_fee_wei + scenario.tip_wei),
        tip_cap_wei=scenario.tip_wei,
        tip_wei=scenario.tip_wei,
    )


def model_parameters(scenario: GameScenario) -> NaiveBayesParameters:
    """What the game's model is deployed with."""
    plan = NaiveBayesPlan()
    return NaiveBayesParameters(len(scenario.words), plan.inverse_alpha, plan.vocabulary)


def departures(
    scenario: GameScenario, rounds: list[ClueRound], rules: HouseRules
) -> list[Departure]:
    """When the contributions leave together."""
    items = _BATCHING.max_batch_items
    return form_batches(
        np.array([each.at for each in rounds]),
        BatchPolicy(scenario.max_wait_s, items, _BATCHING.max_batch_gas),
        gas_per_item=rules.gas.add.gas(items) // items,
        block_s=scenario.block_s,
    )


class BaseFees:
    """The base fee of each hour of a game.

    Args:
        scenario: its mean, and the seed.
    """

    def __init__(self, scenario: GameScenario) -> None:
        market = BaseFeeMarket(mean_wei=scenario.base_fee_wei, block_s=scenario.block_s)
        played_s = scenario.contributions / scenario.per_second
        longest_s = scenario.longest_wait_s + scenario.settle_every_s
        hours = int((2 * played_s + longest_s) / _HOUR_S) + 1
        self._fees_wei = market.draw_wei(hours, _HOUR_S, np.random.default_rng(scenario.seed))

    def at(self, at: float) -> int:
        """The base fee at a time, in seconds from the start."""
        return self._fees_wei[min(int(at // _HOUR_S), len(self._fees_wei) - 1)]
