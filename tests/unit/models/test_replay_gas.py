"""What a replay is reckoned to take is what whole markets took, and fees are fitted to it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from relayer.deploy.classifier_plans import ClassifierPlan, NaiveBayesPlan, SparsePerceptronPlan
from relayer.deploy.mechanism_plans import PredictionMarketPlan
from relayer.deploy.plan import TrainerPlan
from relayer.deploy.schedules import default_schedule, underpayment
from relayer.models.replay_gas import (
    AddingUnits,
    ReplayGas,
    ScoringSamples,
    expected_replay_gas,
    replay_gas,
    usual_features,
)

MEASURED: dict[str, int] = json.loads(
    (Path(__file__).parents[3] / "contracts/snapshots/markets.json").read_text("utf-8")
)
NAME = re.compile(r"(?P<kind>[a-z_]+?)_f(?P<features>\d+)_t(?P<tests>\d+)_replay")
MARKETS = [match for name in MEASURED if (match := NAME.fullmatch(name))]
CONTRIBUTIONS = 51
BATCHES = (1, 10, 40)
#: The fixed cost of a transaction that adds a batch.
BATCH_UNITS = 140_000
PLANS: dict[str, ClassifierPlan] = {
    "naive-bayes": NaiveBayesPlan(),
    "sparse-perceptron": SparsePerceptronPlan(feature_count=1_008),
}
kinds = st.sampled_from(sorted(PLANS))


def gas_of(kind: str, count: int, features: int, labels: int = 2) -> ReplayGas:
    found = replay_gas(kind, labels, ScoringSamples(count, features))
    assert found is not None
    return found


@pytest.mark.parametrize("market", MARKETS, ids=lambda match: match[0])
def test_a_measured_market_is_reckoned_within_a_twentieth(market: re.Match[str]) -> None:
    features, tests = int(market["features"]), int(market["tests"])
    gas = gas_of(market["kind"].replace("_", "-"), tests, features * tests)
    name = market[0].removesuffix("_replay")
    added = sum(MEASURED[f"{name}_add_n{count}"] for count in BATCHES) - 3 * BATCH_UNITS
    took = added + MEASURED[market[0]] + MEASURED[f"{name}_passes"]
    reckoned = CONTRIBUTIONS * gas.contribution.of(2 * features) + gas.examination
    assert 0.95 < reckoned / took < 1.05


@given(kinds, st.integers(1, 65_025), st.integers(1, 64), st.integers(0, 64), st.integers(2, 256))
def test_more_and_longer_samples_and_more_labels_never_take_less(
    kind: str, count: int, each: int, more: int, labels: int
) -> None:
    features = count * each
    least = gas_of(kind, count, features).examination
    assert 0 < least <= gas_of(kind, count, features + more).examination
    assert least < gas_of(kind, count + 1, features + each).examination
    assert least <= gas_of(kind, count, features, labels).examination


@given(
    kinds,
    st.integers(1, 4_000),
    st.one_of(st.none(), st.integers(1, 64)),
    st.integers(1, 768),
    st.integers(1, 64),
)
def test_the_schedule_of_a_plan_pays_for_the_test_set_that_it_names(
    kind: str, samples: int, features: int | None, contributions: int, contributed: int
) -> None:
    rule = PredictionMarketPlan(
        expected_test_samples=samples,
        expected_sample_features=features,
        expected_contributions=contributions,
    )
    schedule = default_schedule(PLANS[kind], rule, 2)
    assert underpayment(PLANS[kind], rule, 2, schedule) is None
    gas = expected_replay_gas(kind, 2, samples, features)
    assert gas is not None
    fee = AddingUnits(schedule.add_units, schedule.add_units_per_byte)
    assert gas.shortfall(fee, 2 * contributed) is None


@pytest.mark.parametrize("kind", PLANS)
def test_a_fee_may_lack_so_many_percent_and_not_one_unit_more(kind: str) -> None:
    gas = gas_of(kind, 100, 1_000)
    needed = gas.contribution.of(20)
    least = -(-needed * 100 // 125)
    assert gas.shortfall(AddingUnits(least, 0), 20, 25) is None
    lack = gas.shortfall(AddingUnits(least - 1, 0), 20, 25)
    assert lack is not None
    assert str(needed) in lack
    assert str(least - 1) in lack


def test_fees_for_five_words_pay_less_than_a_tenth_of_what_64_take() -> None:
    short, long = (
        expected_replay_gas("naive-bayes", 2, 1_000, features) for features in (None, 64)
    )
    assert short is not None
    assert long is not None
    assert short.contribution.of(128) * 9 < long.contribution.of(128)


def test_a_stated_schedule_that_pays_too_little_is_told_with_one_that_pays() -> None:
    rule = PredictionMarketPlan(expected_test_samples=1_000, expected_sample_features=64)
    short = default_schedule(PLANS["naive-bayes"], PredictionMarketPlan(), 2)
    better = default_schedule(PLANS["naive-bayes"], rule, 2)
    said = underpayment(PLANS["naive-bayes"], rule, 2, short)
    assert said is not None
    assert f"add_units = {better.add_units} and add_units_per_byte = " in said


def test_a_test_set_that_no_schedule_can_pay_for_is_refused_in_words() -> None:
    rule = {"kind": "prediction-market", "expected_test_samples": 65_025}
    trainer = {"name": "Words", "labels": ("ham", "spam"), "classifier": {"kind": "naive-bayes"}}
    with pytest.raises(ValidationError, match="no fee schedule can pay"):
        TrainerPlan.model_validate(
            {**trainer, "mechanism": {**rule, "expected_sample_features": 64}}
        )
    assert TrainerPlan.model_validate({**trainer, "mechanism": rule}).underpayment is None


def test_nothing_is_reckoned_for_a_model_of_which_no_market_was_measured() -> None:
    assert replay_gas("dense-perceptron", 2, ScoringSamples(10, 100)) is None
    assert usual_features("dense-perceptron") is None
