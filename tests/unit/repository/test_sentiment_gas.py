"""The benchmark with 0xDeCA10B's own weights takes its file and no other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.sentiment_gas import ModelFileError, main, packed_weights, read_weights


def make_model(**overrides: Any) -> dict[str, Any]:
    return {"weights": [0.5, -17.25, *[1] * 998], "intercept": 5.0, "learningRate": 0.5} | overrides


def test_weights_are_packed_in_units_of_a_1024th() -> None:
    packed = packed_weights(make_model())
    assert len(packed) == 2_000
    assert packed[:6] == bytes.fromhex("0200bb000400")


@pytest.mark.parametrize(
    "overrides",
    [
        {"weights": [1] * 999},
        {"weights": None},
        {"weights": [32.0, *[1] * 999]},
        {"weights": ["1", *[1] * 999]},
        {"weights": [float("nan"), *[1] * 999]},
        {"intercept": 4},
        {"learningRate": 1},
    ],
)
def test_another_model_is_refused(overrides: dict[str, Any]) -> None:
    with pytest.raises(ModelFileError):
        packed_weights(make_model(**overrides))


@pytest.mark.parametrize("content", [None, "no JSON", "[]"])
def test_a_file_that_is_missing_or_no_model_is_named(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "model.json"
    if content is not None:
        path.write_text(content, "utf-8")
    with pytest.raises(ModelFileError, match=r"model\.json"):
        read_weights(path)


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_text(json.dumps(make_model()), "utf-8")
    assert read_weights(path) == packed_weights(make_model())


def test_without_the_file_nothing_is_measured_and_the_way_out_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["sentiment_gas", "--model", str(tmp_path / "none.json")])
    assert main() == 1
    assert "name their file with --model" in capsys.readouterr().err
