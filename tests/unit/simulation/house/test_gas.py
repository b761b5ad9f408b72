"""Gas in the simulation is what the gas tests have measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from relayer.deploy.classifier_plans import (
    DensePerceptronPlan,
    NaiveBayesPlan,
    NearestCentroidPlan,
    SparsePerceptronPlan,
)
from relayer.deploy.mechanism_plans import GamifiedPlan, SelfAssessmentPlan
from relayer.deploy.schedules import default_schedule
from simulation.house import GasFiguresError, gas, gas_figures

CONTRACTS = Path(__file__).parents[4] / "contracts/snapshots"
GAS = json.loads((CONTRACTS / "gas.json").read_text("utf-8"))
CLASSIFIERS = json.loads((CONTRACTS / "classifiers.json").read_text("utf-8"))
WORDS_BYTES, FEATURES_BYTES = 10, 20


@pytest.mark.parametrize("name", ["gas.json", "classifiers.json", "markets.json"])
def test_what_ships_with_the_package_is_the_committed_snapshot(name: str) -> None:
    shipped = Path(gas.__file__).parent / "snapshots" / name
    assert shipped.read_bytes() == (CONTRACTS / name).read_bytes()


@pytest.mark.parametrize("count", [1, 10, 50, 100])
def test_a_measured_size_takes_what_was_measured(count: int) -> None:
    bayes = gas_figures(NaiveBayesPlan(), SelfAssessmentPlan(), 32, WORDS_BYTES)
    assert bayes.add.gas(count) == count * GAS[f"add_naive_bayes_n{count}_f5"]
    assert bayes.settle.gas(count) == count * GAS[f"settle_naive_bayes_n{count}_f5"]
    plan = SparsePerceptronPlan(feature_count=1_008)
    half = gas_figures(plan, SelfAssessmentPlan(), 2, FEATURES_BYTES, update_share=0.5)
    both = GAS[f"add_update_n{count}_f10"] + GAS[f"add_no_update_n{count}_f10"]
    assert abs(half.add.gas(count) - count * both / 2) <= 1


def test_between_measured_sizes_a_batch_takes_something_between() -> None:
    curve = gas_figures(NaiveBayesPlan(), SelfAssessmentPlan(), 32, WORDS_BYTES).add
    assert curve.gas(10) < curve.gas(30) < curve.gas(50)
    assert curve.gas(200) - curve.gas(100) == pytest.approx(2 * (curve.gas(100) - curve.gas(50)))


@pytest.mark.parametrize("count", [1, 10, 100])
def test_models_are_looked_up_by_kind_size_and_labels(count: int) -> None:
    dense = gas_figures(DensePerceptronPlan(dimension=64), SelfAssessmentPlan(), 16, 128)
    measured = int(CLASSIFIERS[f"add_n{count}_dense_perceptron_d64_l16"])
    assert dense.add.gas(count) == count * measured


def test_between_measured_numbers_of_labels_lies_what_a_settlement_takes() -> None:
    few, between, many = (
        gas_figures(NaiveBayesPlan(), SelfAssessmentPlan(), labels, WORDS_BYTES).settle.gas(100)
        for labels in (32, 64, 128)
    )
    assert few < between < many


def test_confirming_takes_what_validations_were_measured_to_take() -> None:
    figures = gas_figures(NaiveBayesPlan(), GamifiedPlan(), 32, FEATURES_BYTES)
    assert figures.settle.gas(50) == 50 * GAS["validate_n50"]


def test_longer_samples_take_what_the_schedule_says_for_a_byte() -> None:
    plan, rule = NaiveBayesPlan(), SelfAssessmentPlan()
    shorter, longer = (gas_figures(plan, rule, 32, length).add.gas(20) for length in (10, 12))
    assert longer - shorter == 20 * 2 * default_schedule(plan, rule, 32).add_units_per_byte


def test_a_model_beyond_what_was_measured_is_refused_in_one_sentence() -> None:
    with pytest.raises(GasFiguresError, match=r"the largest has 16.*fewer labels"):
        gas_figures(NearestCentroidPlan(dimension=64), SelfAssessmentPlan(), 40, 128)
