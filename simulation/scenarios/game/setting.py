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
from simulation.house import HourlyBaseFees, HousePrices, HouseRules, gas_figures
from simulation.house.batching import Departure, form_batches
from simulation.scenarios.game.parameters import GameScenario
from simulation.scenarios.game.rounds import ClueRound

_USUAL_SAMPLE_BYTES: Final = 8
_BATCHING: Final = BatchingSettings()


def house_rules(scenario: GameScenario) -> HouseRules:
    """Schedule, gas and prices of the game's trainer."""
    mechanism: MechanismPlan = GamifiedPlan() if scenario.is_gamified else SelfAssessmentPlan()
    labels, plan = len(scenario.words), NaiveBayesPlan()
    return _prices(scenario).rules(
        default_schedule(plan, mechanism, labels),
        gas_figures(plan, mechanism, labels, _USUAL_SAMPLE_BYTES),
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


def base_fees(scenario: GameScenario) -> HourlyBaseFees:
    """The base fee of each hour of a game."""
    played_s = scenario.contributions / scenario.per_second
    longest_s = scenario.longest_wait_s + scenario.settle_every_s
    return _prices(scenario).base_fees(2 * played_s + longest_s, scenario.seed)


def _prices(scenario: GameScenario) -> HousePrices:
    return HousePrices(scenario.base_fee_wei, scenario.tip_wei, scenario.block_s)
