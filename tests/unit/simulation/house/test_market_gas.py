"""Gas of markets in the simulation is what whole markets have taken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from simulation.house import GasFiguresError, MarketGas, market_gas

MEASURED: dict[str, int] = json.loads(
    (Path(__file__).parents[4] / "contracts/snapshots/markets.json").read_text("utf-8")
)


def gas(features: float, tests: int, contributions: int = 51) -> MarketGas:
    return market_gas(
        "naive-bayes",
        sample_features=features,
        contributions=contributions,
        test_samples=tests,
    )


@pytest.mark.parametrize(("features", "tests"), [(5, 64), (20, 320), (64, 64)])
def test_a_measured_market_takes_what_was_measured(features: int, tests: int) -> None:
    name, found = f"naive_bayes_f{features}_t{tests}", gas(features, tests)
    assert (found.replay, found.passes, found.drawing) == tuple(
        MEASURED[f"{name}_{deed}"] for deed in ("replay", "passes", "draw")
    )
    assert found.batches.add.gas(40) == MEASURED[f"{name}_add_n40"]
    assert found.batches.settle.gas(10) == MEASURED[f"{name}_settle_n10"]
    assert found.provider == sum(
        MEASURED[f"{name}_{deed}"] for deed in ("commit", "open", "reveal", "claim")
    )


def test_longer_samples_and_more_of_them_take_more_and_what_lies_between_lies_between() -> None:
    assert gas(5, 64).replay < gas(12, 64).replay < gas(20, 64).replay
    assert gas(5, 64).replay < gas(5, 200).replay < gas(5, 320).replay < gas(5, 1_000).replay


def test_a_replay_grows_with_the_states_of_the_model() -> None:
    assert gas(5, 64, 103).replay == 2 * gas(5, 64, 51).replay


def test_a_model_of_which_no_market_was_measured_is_refused() -> None:
    with pytest.raises(GasFiguresError, match="No market over a model of kind dense-perceptron"):
        market_gas("dense-perceptron", sample_features=5, contributions=1, test_samples=1)
