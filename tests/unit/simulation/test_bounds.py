"""Numbers with which nothing can be simulated are told, whatever they are."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from relayer.untrusted_json import read_json
from simulation import GameScenario, MarketScenario, Question, SelfAssessmentScenario
from simulation.datasets.json_lines import read_labelled_texts
from simulation.errors import DatasetError, ParameterError

NAN, ENDLESS = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        (GameScenario, {"seed": -1}),
        (GameScenario, {"per_second": 1e-300}),
        (GameScenario, {"per_second": NAN}),
        (GameScenario, {"max_wait_s": ENDLESS}),
        (GameScenario, {"contributions": 10**11}),
        (GameScenario, {"players": 10**11}),
        (GameScenario, {"liars": NAN}),
        (GameScenario, {"distinct_validators": 4}),
        (GameScenario, {"stake_wei": 10**40}),
        (MarketScenario, {"seed": -1}),
        (MarketScenario, {"max_wait_s": NAN}),
        (MarketScenario, {"believed": NAN}),
        (SelfAssessmentScenario, {"seed": 1 << 64}),
        (SelfAssessmentScenario, {"initial_share": NAN}),
        (Question, {"seed": -1}),
        (Question, {"rounds_per_day": ENDLESS}),
        (Question, {"volatility": NAN}),
        (Question, {"days": 10**9}),
        (Question, {"max_wait_s": NAN}),
        (Question, {"currency_per_ether": Decimal("nan")}),
        (Question, {"currency_per_ether": Decimal("inf")}),
    ],
)
def test_what_is_no_number_or_beyond_all_bounds_is_one_sentence(
    kind: type[Any], change: dict[str, Any]
) -> None:
    with pytest.raises(ParameterError) as told:
        kind(**change)
    assert len(str(told.value).splitlines()) == 1


def test_nested_brackets_end_no_process(tmp_path: Any) -> None:
    file = tmp_path / "deep.jsonl"
    file.write_text("[" * 100_000, "utf-8")
    with pytest.raises(DatasetError, match=r"Line 1 of .* is no JSON"):
        read_labelled_texts(file)
    with pytest.raises(ValueError):
        read_json("[" * 100_000)
