"""The command that simulates: numbers for programs, a report for people, errors in a sentence."""

import json
import random
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from relayer.cli import main


@pytest.fixture
def dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Four hundred made-up reviews that a model can learn."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    draw = random.Random(1)
    lines = []
    for number in range(400):
        label = number % 2
        words = draw.choices(["good", "fine"] if label else ["bad", "dull"], k=2)
        words += draw.choices([f"word{each}" for each in range(30)], k=4)
        lines.append(json.dumps({"text": " ".join(words), "label": label}))
    file = tmp_path / "my reviews.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def simulate(*arguments: str) -> Result:
    return CliRunner().invoke(
        main, ["simulate", "self-assessment", *arguments], prog_name="relayer"
    )


@pytest.mark.parametrize("mode", [[], ["--exact"]])
def test_the_last_line_is_one_object_with_the_numbers(dataset: Path, mode: list[str]) -> None:
    result = simulate("--dataset", str(dataset), "--seed", "5", "--json", *mode)
    assert result.exit_code == 0, result.output
    numbers = json.loads(result.stdout.splitlines()[-1])
    assert numbers["seed"] == 5
    assert numbers["seconds"] > 0
    assert set(numbers["balances"]) == {"Good", "Bad"}
    assert 0 < numbers["accuracy_start"] <= 1
    assert 0 < numbers["accuracy_end"] <= 1


def test_a_report_tells_the_command_that_makes_it_again(dataset: Path, tmp_path: Path) -> None:
    arguments = ["--dataset", str(dataset), "--samples", "200", "--evaluations", "5"]
    arguments += ["--forfeit-wait", "3d", "--out", str(tmp_path / "report")]
    result = simulate(*arguments)
    assert result.exit_code == 0, result.output
    assert "Good ends with" in result.stdout
    written = {path.name for path in (tmp_path / "report").iterdir()}
    assert written == {
        *("report.html", "balances.png", "accuracy.png", "house.png", "numbers.json")
    }
    numbers = json.loads((tmp_path / "report" / "numbers.json").read_text("utf-8"))
    assert numbers["parameters"]["mechanism"]["forfeit_wait_s"] == 3 * 86_400
    assert shlex.split(numbers["command"])[:3] == ["relayer", "simulate", "self-assessment"]
    again = simulate(*shlex.split(numbers["command"])[3:])
    assert again.exit_code == 0, again.output
    repeated = json.loads((tmp_path / "report" / "numbers.json").read_text("utf-8"))
    assert repeated["figures"] == numbers["figures"]


def test_waits_beside_exact_are_refused() -> None:
    result = simulate("--exact", "--refund-wait", "1h")
    assert result.exit_code == 2
    assert "has waits of its own" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--samples", "5000"], "The dataset has 320 samples, 5000 are asked for"),
        (["--evaluations", "0"], "evaluations is 0: give at least 1"),
        (["--refund-wait", "10d"], "The refund wait (864000 s) must be shorter than the forfeit"),
        (["--samples", "5"], "The initial model has no sample to learn"),
    ],
)
def test_what_cannot_be_simulated_is_one_sentence(
    dataset: Path, arguments: list[str], sentence: str
) -> None:
    result = simulate("--dataset", str(dataset), *arguments)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert sentence in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_missing_data_and_a_missing_extra_are_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = simulate("--dataset", str(tmp_path / "nowhere"))
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
    assert "There are no reviews at" in result.stderr
    monkeypatch.setattr("relayer.planning.extra.find_spec", lambda _: None)
    result = simulate()
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
    assert 'pip install "on-the-house[simulation]"' in result.stderr


def test_texts_without_any_signal_are_warned_of_everywhere(dataset: Path, tmp_path: Path) -> None:
    draw = random.Random(2)
    lines = [
        json.dumps({"text": " ".join(draw.choices("abcdefgh", k=5)), "label": draw.randrange(2)})
        for _ in range(300)
    ]
    dataset.write_text("\n".join(lines), "utf-8")
    arguments = ["--dataset", str(dataset), "--evaluations", "5", "--out", str(tmp_path / "report")]
    told = simulate(*arguments)
    assert told.stdout.startswith("Warning: At the end the model is no better than guessing (")
    assert len(json.loads(simulate(*arguments, "--json").stdout)["warnings"]) == 1
    assert "no better than guessing" in (tmp_path / "report" / "report.html").read_text("utf-8")


def test_texts_that_can_be_learnt_come_without_a_warning(dataset: Path) -> None:
    numbers = json.loads(simulate("--dataset", str(dataset), "--json").stdout)
    assert numbers["warnings"] == []
    assert 0.5 <= numbers["accuracy_guessing"] < 0.6


def test_a_market_is_simulated_and_reported(dataset: Path, tmp_path: Path) -> None:
    arguments = ["--dataset", str(dataset), "--markets", "2", "--market-size", "80"]
    arguments += ["--test-size", "30", "--skipped-words", "0", "--ungrouped", "--json"]
    out = tmp_path / "market"
    result = CliRunner().invoke(main, ["simulate", "market", *arguments, "--out", str(out)])
    assert result.exit_code == 0, result.output
    numbers = json.loads(result.stdout.splitlines()[-1])
    assert {"seconds", "accuracy_start", "accuracy_end"} <= set(numbers)
    assert list(numbers["balances"]) == ["Good 1", "Good 2", "Good 3", "Bad 1", "Bad 2"]
    parameters = json.loads((out / "numbers.json").read_text("utf-8"))["parameters"]
    assert (parameters["grouped"], parameters["markets"], parameters["block"]) == (False, 2, 10)
    assert {path.name for path in out.iterdir()} == {
        *("report.html", "numbers.json", "balances.png", "accuracy.png", "replay.png", "house.png")
    }


def test_the_reference_s_market_takes_no_other_market_s_flags() -> None:
    result = CliRunner().invoke(main, ["simulate", "market", "--exact", "--markets", "2"])
    assert result.exit_code == 2
    assert "a market of its own" in result.stderr
