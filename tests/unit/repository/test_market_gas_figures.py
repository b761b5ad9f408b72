"""The gas of markets in the documentation is that of the snapshot."""

import json
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
FIGURES: dict[str, int] = json.loads(
    (REPOSITORY / "contracts/snapshots/markets.json").read_text("utf-8")
)
STATES = 52


@pytest.mark.parametrize("name", [name for name in FIGURES if name.endswith("_replay")])
def test_the_benchmarks_state_what_a_replay_took(name: str) -> None:
    page = (REPOSITORY / "docs/benchmarks.md").read_text("utf-8")
    tests = int(name.split("_t")[-1].split("_")[0])
    assert f"| {FIGURES[name]:,} | {FIGURES[name] / (STATES * tests):,.0f} |" in page
