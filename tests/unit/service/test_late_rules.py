"""Addresses are written as by werkzeug, by functions that are compiled when they are needed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Map, Rule

from relayer.clock import ManualClock
from relayer.serving.late_rules import LateRule
from sample_game.app import create_app as create_game
from sample_game.settings import GameSettings
from tests.house import House

ROUTES: dict[str, dict[str, Any]] = {
    "plain": {"string": "/plain"},
    "one": {"string": "/players/<address>"},
    "typed": {"string": "/batches/<int:number>/of/<path:rest>"},
    "defaults": {"string": "/pages/<int:page>", "defaults": {"size": 3}},
    "dotted": {"string": "/files/<name>.json"},
}


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The rules whose addresses were asked for since."""
    seen: list[str] = []
    original = Rule._compile_builder

    def note(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        seen.append(rule.rule)
        return original(rule, append_unknown)

    monkeypatch.setattr(Rule, "_compile_builder", note)
    return seen


def addresses(rule_class: type[Rule], endpoint: str, values: dict[str, Any]) -> list[str]:
    rules = Map([rule_class(**route, endpoint=name) for name, route in ROUTES.items()])
    adapter = rules.bind("house.example", script_name="/relayer")
    return [
        adapter.build(endpoint, values, append_unknown=unknown, force_external=external)
        for unknown in (True, False)
        for external in (True, False)
        for _ in range(2)
    ]


@pytest.mark.parametrize(
    ("endpoint", "values"),
    [
        ("plain", {}),
        ("plain", {"after": "a b&c", "limit": 5}),
        ("one", {"address": "0xä/ b"}),
        ("one", {"address": "x", "more": ["1", "2"]}),
        ("typed", {"number": 7, "rest": "a/b c"}),
        ("defaults", {"page": 2, "size": 3}),
        ("dotted", {"name": "a.b"}),
    ],
)
def test_addresses_are_those_of_werkzeug(endpoint: str, values: dict[str, Any]) -> None:
    assert addresses(LateRule, endpoint, values) == addresses(Rule, endpoint, values)


def test_each_rule_is_compiled_when_its_first_address_is_asked_for(compiled: list[str]) -> None:
    app = Flask("late", static_folder=None)
    app.url_rule_class = LateRule
    app.add_url_rule("/one/<name>", "one", lambda name: name)
    app.add_url_rule("/other", "other", str)
    assert app.test_client().get("/one/answer").text == "answer"
    assert compiled == []
    with app.test_request_context():
        assert [app.url_for("one", name=name) for name in ("a", "b")] == ["/one/a", "/one/b"]
    assert compiled == ["/one/<name>"]


def test_services_begin_without_compiling_how_their_addresses_are_written(
    tmp_path: Path, compiled: list[str]
) -> None:
    house = House(tmp_path)
    house.close()
    elsewhere = GameSettings(database=tmp_path / "hunch.db", relayer_url="http://house.example")
    create_game(elsewhere, clock=ManualClock(0.0))
    assert [rule for rule in compiled if not rule.startswith("/static")] == []
