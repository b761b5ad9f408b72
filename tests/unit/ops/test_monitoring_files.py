"""The files for Prometheus and Grafana: they can be read, and ask for what is exported."""

from __future__ import annotations

import json
import re
from importlib import import_module
from typing import Any

import pytest

from relayer.metrics.catalogue import METRICS
from relayer.ops.monitoring import folder
from relayer.ops.verdicts import VerdictName

LABELS = {metric.name: set(metric.labels) for metric in METRICS}
FUNCTIONS = {"absent", "increase", "max", "rate", "sum"}


def rules() -> list[dict[str, Any]]:
    yaml = import_module("yaml")  # publishes no types
    (group,) = yaml.safe_load((folder() / "prometheus-rules.yaml").read_text("utf-8"))["groups"]
    found: list[dict[str, Any]] = group["rules"]
    return found


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(
        (folder() / "grafana-dashboard.json").read_text("utf-8")
    )["panels"]
    return found


EXPRESSIONS = [rule["expr"] for rule in rules()] + [
    target["expr"] for panel in panels() for target in panel["targets"]
]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_expression_asks_for_metrics_and_labels_that_are_exported(expression: str) -> None:
    for opening, closing in ("()", "[]", "{}"):
        assert expression.count(opening) == expression.count(closing)
    names = re.findall(r"relayer_\w+", expression)
    assert names
    assert set(names) <= set(LABELS)
    labels = re.findall(r"(\w+)=\"", expression) + re.findall(r"by \((\w+)\)", expression)
    assert set(labels) <= set.union(*(LABELS[name] for name in names))
    assert set(re.findall(r"(\w+) ?\(", expression)) - {"by"} <= FUNCTIONS
    for name in re.findall(r"(?:rate|increase)\((relayer_\w+)", expression):
        assert name.endswith("_total")


def test_there_is_a_rule_for_each_verdict_and_each_names_its_runbook() -> None:
    by_name = {rule["alert"]: rule for rule in rules()}
    names = {name: "".join(word.capitalize() for word in name.split("-")) for name in VerdictName}
    assert set(by_name) == {*names.values(), "RelayerGone", "RelayerVerdictsStale"}
    for name, alert in names.items():
        assert by_name[alert]["expr"] == f'relayer_verdict{{verdict="{name}"}} == 2'
        assert by_name[alert]["annotations"]["runbook"] == f"/ops/runbooks/{name}"
    for rule in rules():
        assert re.fullmatch(r"[0-9]+m", rule["for"])
        assert rule["annotations"]["runbook"].removeprefix("/ops/runbooks/") in set(VerdictName)


def test_panels_have_numbers_places_and_titles_of_their_own() -> None:
    for key in ("id", "title"):
        values = [panel[key] for panel in panels()]
        assert len(set(values)) == len(values)
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels()]
    assert len(set(places)) == len(places)
