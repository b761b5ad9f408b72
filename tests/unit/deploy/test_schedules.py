"""Default fee schedules pay what the measured transactions cost, whatever the model's size."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from relayer.deploy.classifier_plans import ClassifierPlan
from relayer.deploy.learning_costs import learning_schedule
from relayer.deploy.schedule_plan import SchedulePlan

ROOT = Path(__file__).resolve().parents[3]
MEASURED = {
    name: int(gas)
    for name, gas in json.loads(
        (ROOT / "contracts/snapshots/classifiers.json").read_text("utf-8")
    ).items()
}
NAME = re.compile(r"add_n100_(?P<kind>[a-z_]+?)_(?P<axis>[dfb])(?P<size>\d+)(_l(?P<labels>\d+))?")
MODELS = sorted(name.removeprefix("add_n100_") for name in MEASURED if NAME.fullmatch(name))
FULL_BATCH = 8


def schedule_for(model: str) -> tuple[SchedulePlan, int]:
    """The schedule of a measured model, and the bytes of its samples."""
    match = NAME.fullmatch(f"add_n100_{model}")
    assert match is not None
    size = int(match["size"])
    fields: dict[str, Any] = {"kind": match["kind"].replace("_", "-")}
    if match["axis"] == "b":
        fields["oracle"] = "An oracle of the plan"
    elif match["axis"] == "d":
        fields["dimension"] = size
    elif fields["kind"] != "naive-bayes":
        fields["feature_count"] = 1_008
    plan = TypeAdapter(ClassifierPlan).validate_python(fields)
    sample_bytes = size if match["axis"] == "b" else 2 * size
    return learning_schedule(plan, int(match["labels"] or 4)), sample_bytes


def paid(schedule: SchedulePlan, sample_bytes: int, count: int) -> tuple[float, float]:
    """Units for adding and settling one of `count` contributions, as `FeeSchedules.sol` has it."""
    share = min(count, FULL_BATCH) / FULL_BATCH / count
    add = schedule.add_units + schedule.add_units_per_byte * sample_bytes
    settle = schedule.settle_units + schedule.settle_units_per_byte * sample_bytes
    return add + schedule.add_batch_units * share, settle + schedule.settle_batch_units * share


def test_every_kind_but_the_sparse_perceptron_is_measured_by_size() -> None:
    assert len(MODELS) == 20


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("count", [10, 100])
def test_a_batch_is_paid_about_what_it_costs(model: str, count: int) -> None:
    add, settle = paid(*schedule_for(model), count)
    cost_add, cost_settle = (MEASURED[f"{part}_n{count}_{model}"] for part in ("add", "settle"))
    assert 0.75 < add / cost_add < 1.25
    assert 0.9 < settle / cost_settle < 1.5
    assert 0.85 < (add + settle) / (cost_add + cost_settle) < 1.35


def test_more_labels_are_paid_for_up_to_the_bound() -> None:
    few, most = (
        learning_schedule(
            TypeAdapter(ClassifierPlan).validate_python(
                {"kind": "naive-bayes", "label_bound": bound}
            ),
            2,
        )
        for bound in (2, 256)
    )
    assert most.settle_units > 5 * few.settle_units
    assert most.settle_units_per_byte > few.settle_units_per_byte
