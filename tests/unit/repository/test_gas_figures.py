"""The gas figures in the documentation are those of the snapshot."""

import json
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
STATED = [
    f"{name}_n{count}{features}"
    for name, features in (
        ("add_no_update", "_f10"),
        ("add_update", "_f10"),
        ("settle", "_f10"),
        ("add_naive_bayes", "_f5"),
        ("settle_naive_bayes", "_f5"),
        ("validate", ""),
        ("openzeppelin_add", "_f10"),
    )
    for count in (1, 10, 50, 100)
]
SINGLE = [
    "add_update_n100_imdb20",
    "settle_n100_imdb20",
    "settle_half_forfeited_n100_f10",
    "market_total",
    "market_worst_step",
]


CLASSIFIERS: dict[str, str] = json.loads(
    (REPOSITORY / "contracts/snapshots/classifiers.json").read_text("utf-8")
)


@pytest.mark.parametrize("key", CLASSIFIERS)
def test_the_page_of_classifiers_states_the_gas_of_their_snapshot(key: str) -> None:
    page = (REPOSITORY / "docs/reference/classifiers.md").read_text("utf-8")

    assert f"{int(CLASSIFIERS[key]):,}" in page


@pytest.mark.parametrize("key", [*STATED, *SINGLE])
def test_the_benchmarks_state_the_gas_of_the_snapshot(key: str) -> None:
    snapshot = json.loads((REPOSITORY / "contracts/snapshots/gas.json").read_text("utf-8"))
    page = (REPOSITORY / "docs/benchmarks.md").read_text("utf-8")

    assert f"{int(snapshot[key]):,}" in page
