"""What a series of markets costs a house that brings the contributions and drives the markets.

Contributions leave in batches by the relayer's own rule. When a market is full the relayer replays
it in a step for each block, plays the passes and settles every batch. The sponsor puts down the
stakes and gets back what is left of them; what a contribution earned pays its fees first. What the
provider does itself is the provider's to pay.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray

from relayer.batch.policy import BatchPolicy
from relayer.deploy.classifier_plans import ClassifierPlan, NaiveBayesPlan, SparsePerceptronPlan
from relayer.deploy.mechanism_plans import PredictionMarketPlan
from relayer.deploy.schedules import default_schedule
from relayer.settings.batching import BatchingSettings
from simulation.house import (
    Added,
    HourlyBaseFees,
    House,
    HouseRules,
    MarketGas,
    OpenBatch,
    Settlement,
    Tank,
    form_batches,
    market_gas,
)
from simulation.house.fees import own_fee_wei
from simulation.scenarios.house_report import tank_needed_wei
from simulation.scenarios.market.parameters import MarketScenario
from simulation.scenarios.market.series import Market, Series

#: More than any series spends: what a tank must hold is read off afterwards.
_FULL_TANK_WEI: Final = 10**30
_LABELS: Final = 2
_BYTES_PER_FEATURE: Final = 2
_WORDS_PER_BATCH: Final = 2
_HOUR_S: Final = 3_600
_BATCHING: Final = BatchingSettings()


@dataclass(frozen=True)
class Relayed:
    """A house at the end of a series.

    Attributes:
        house: its money.
        contributions: that were brought.
        batches: adding transactions.
        fees_wei: what each contributor's earnings paid of the fees, by number.
        tank_wei: what the tank must have held.
        provider_gas_wei: what the provider spent on its own transactions.
        replay_hours: how long a market is replayed, with a step in each block.
    """

    house: House
    contributions: int
    batches: int
    fees_wei: Mapping[int, int]
    tank_wei: int
    provider_gas_wei: int
    replay_hours: float


def relay(scenario: MarketScenario, series: Series) -> Relayed:
    """Let a house bring the contributions of a series and drive its markets."""
    relayed = _Relay(scenario, series)
    for market in series.markets:
        relayed.hold(market)
    return relayed.closed()


class _Relay:
    def __init__(self, scenario: MarketScenario, series: Series) -> None:
        self._scenario = scenario
        self._markets = len(series.markets)
        self._bytes = _BYTES_PER_FEATURE * np.concatenate(
            [market.features for market in series.markets]
        )
        features = float(self._bytes.mean()) / _BYTES_PER_FEATURE
        self._gas = market_gas(
            scenario.classifier,
            sample_features=features,
            contributions=scenario.market_size,
            test_samples=scenario.test_size,
        )
        self._house = House(_rules(scenario, features, self._gas), Tank(*[_FULL_TANK_WEI] * 2))
        self._replay_s = self._gas.steps * scenario.prices.block_s
        until_s = float(series.markets[-1].at_s[-1]) + self._replay_s
        self._base_fees: HourlyBaseFees = scenario.prices.base_fees(until_s, scenario.seed)
        self._known: set[int] = set()
        self._fees_wei: Counter[int] = Counter()
        self._batches = 0
        self._provider_gas_wei = 0

    def hold(self, market: Market) -> None:
        """Open a market, bring its contributions, drive it to its end and settle it."""
        opened_at, full_at = float(market.at_s[0]), float(market.at_s[-1])
        self._drive(opened_at, "drawing", self._gas.drawing)
        price_wei = self._base_fees.at(opened_at) + self._scenario.prices.tip_wei
        self._provider_gas_wei += self._gas.provider * price_wei
        batches = [
            (slice(each.first, each.first + each.count), each.mined_at)
            for each in form_batches(
                market.at_s,
                BatchPolicy(
                    self._scenario.max_wait_s, _BATCHING.max_batch_items, _BATCHING.max_batch_gas
                ),
                gas_per_item=self._gas.batches.add.gas(_BATCHING.max_batch_items)
                // _BATCHING.max_batch_items,
                block_s=self._scenario.prices.block_s,
            )
        ]
        brought = [(part, self._bring(market, part, at)) for part, at in batches]
        self._replay(max(full_at, batches[-1][1]))
        closed_at = max(full_at, batches[-1][1]) + self._replay_s
        self._drive(closed_at, "passes", self._gas.passes)
        for part, batch in brought:
            self._settle(market, part, batch, closed_at)

    def closed(self) -> Relayed:
        """The books when all is over."""
        return Relayed(
            house=self._house,
            contributions=len(self._bytes),
            batches=self._batches,
            fees_wei=self._fees_wei,
            tank_wei=tank_needed_wei(self._house, _FULL_TANK_WEI),
            provider_gas_wei=self._provider_gas_wei,
            replay_hours=self._replay_s / _HOUR_S,
        )

    def _bring(self, market: Market, part: slice, at: float) -> OpenBatch:
        authors = set(market.authors[part].tolist())
        added = Added(
            accepted=part.stop - part.start,
            sample_bytes=_BYTES_PER_FEATURE * int(market.features[part].sum()),
            new_players=len(authors - self._known),
            new_slots=_WORDS_PER_BATCH,
        )
        self._known |= authors
        self._batches += 1
        return self._house.bring(at, self._base_fees.at(at), added, self._scenario.stake_wei)

    def _replay(self, from_s: float) -> None:
        """Spend the replay's gas evenly over its time, at the prices of each hour."""
        hours = max(1, -(-int(self._replay_s) // _HOUR_S))
        for hour in range(hours):
            self._drive(from_s + hour * _HOUR_S, "replaying", self._gas.replay // hours)

    def _drive(self, at: float, deed: str, gas: int) -> None:
        self._house.spend(at, self._base_fees.at(at), deed, gas)

    def _settle(self, market: Market, part: slice, batch: OpenBatch, at: float) -> None:
        stake_wei, base_fee_wei = self._scenario.stake_wei, self._base_fees.at(at)
        payouts_wei = market.outcome.payouts_wei[part]
        lost_wei = [paid_wei for paid_wei in payouts_wei if paid_wei < stake_wei]
        settlement = Settlement(
            refunded=len(payouts_wei) - len(lost_wei),
            forfeited=len(lost_wei),
            sample_bytes=(_BYTES_PER_FEATURE * market.features[part]).tolist(),
            rewards_wei=[max(0, paid_wei - stake_wei) for paid_wei in payouts_wei],
            rest_wei=sum(lost_wei),
        )
        self._house.settle(at, base_fee_wei, batch, settlement)
        gas_price_wei = base_fee_wei + self._house.rules.tip_wei
        price_wei = batch.terms.settle_price_wei(gas_price_wei, base_fee_wei)
        authors: NDArray[np.intp] = market.authors[part]
        for author, length, reward_wei in zip(
            authors.tolist(), settlement.sample_bytes, settlement.rewards_wei, strict=True
        ):
            self._fees_wei[author] += min(reward_wei, own_fee_wei(batch.terms, length, price_wei))


def _rules(scenario: MarketScenario, features: float, gas: MarketGas) -> HouseRules:
    plans: dict[str, ClassifierPlan] = {
        "naive-bayes": NaiveBayesPlan(
            inverse_alpha=scenario.inverse_alpha, vocabulary=scenario.vocabulary
        ),
        "sparse-perceptron": SparsePerceptronPlan(feature_count=1_000),
    }
    rule = PredictionMarketPlan(
        grouped=scenario.grouped,
        max_contributions=scenario.market_size,
        expected_contributions=scenario.market_size,
        expected_test_samples=scenario.test_size,
        expected_sample_features=ceil(features),
    )
    schedule = default_schedule(plans[scenario.classifier], rule, _LABELS)
    return scenario.prices.rules(schedule, gas.batches)
