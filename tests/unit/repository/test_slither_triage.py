"""The script that holds slither's findings against the committed explanations."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "slither_check", ROOT / "contracts/tools/slither_check.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "slither_check", module)
    spec.loader.exec_module(module)
    return module


def element(kind: str, name: str, parent: dict[str, Any] | None = None) -> dict[str, Any]:
    fields = {} if parent is None else {"parent": parent}
    return {
        "type": kind,
        "name": name,
        "type_specific_fields": fields,
        "source_mapping": {"filename_relative": "contracts/src/forwarder/Tanks.sol"},
    }


def test_finding_that_nothing_explains_is_told(script: ModuleType) -> None:
    finding = script.Finding("suicidal", "Tanks.destroy", "anybody can destroy it")
    (text,) = script.complaints([finding], [])
    assert "suicidal in Tanks.destroy is not explained" in text
    assert "anybody can destroy it" in text


def test_explanation_covers_its_own_detector_and_places_only(script: ModuleType) -> None:
    explanation = script.Explanation("timestamp", ("Tanks.*",), "days")
    findings = [
        script.Finding("timestamp", "Tanks._budgetOf", ""),
        script.Finding("timestamp", "Players.withdraw", ""),
        script.Finding("weak-prng", "Tanks._budgetOf", ""),
    ]
    texts = script.complaints(findings, [explanation])
    assert [text.partition(" is not")[0] for text in texts] == [
        "timestamp in Players.withdraw",
        "weak-prng in Tanks._budgetOf",
    ]


def test_explanation_of_nothing_is_told(script: ModuleType) -> None:
    explanation = script.Explanation("assembly", ("Bits.*", "Words.get"), "packed")
    texts = script.complaints([script.Finding("assembly", "Words.get", "")], [explanation])
    assert len(texts) == 1
    assert "explains assembly in Bits.*, where nothing is found" in texts[0]


def test_finding_about_a_variable_is_placed_in_its_function(script: ModuleType) -> None:
    contract = element("contract", "Tanks")
    variable = element("variable", "left", element("function", "_budgetOf", contract))
    assert script.place_of([variable]) == "Tanks._budgetOf"
    assert script.place_of([element("pragma", "^0.8.28")]) == "Tanks.sol"
    assert script.place_of([contract]) == "Tanks"


def test_every_committed_explanation_gives_a_reason(script: ModuleType) -> None:
    explanations = script.read_triage(script.TRIAGE)
    assert len(explanations) > 10
    assert all(len(explanation.reason) > 20 for explanation in explanations)
    assert all(explanation.places for explanation in explanations)
