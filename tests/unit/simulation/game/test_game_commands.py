"""The word game from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from relayer.cli import main
from sample_game.simulated_players.clue_book import WORDNET_CLUES

FLAGS = ["--dataset", str(WORDNET_CLUES), "--contributions", "80", "--players", "10"]


@pytest.mark.parametrize("name", ["game", "gamified"])
def test_a_game_ends_with_one_json_object(name: str) -> None:
    result = CliRunner().invoke(main, ["simulate", name, *FLAGS, "--liars", "20%", "--json"])
    assert result.exit_code == 0, result.output
    told = json.loads(result.output.splitlines()[-1])
    assert {"seconds", "accuracy_start", "accuracy_end", "balances", "house"} <= set(told)
    assert set(told["balances"]) == {"honest", "liars"}


def test_a_file_without_the_columns_is_told_which_are_missing(tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    file.write_text("word,clue\ncandle,wax\n", "utf-8")
    result = CliRunner().invoke(main, ["simulate", "game", "--dataset", str(file)])
    assert result.exit_code == 1
    assert "names no column target and no column count" in result.output


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (["--exact"], "no reference simulation of the word game"),
        (["--dataset", "/nowhere/clues.csv"], "Cannot read clues from /nowhere/clues.csv"),
        (["--liars", "100%"], "leave some honest ones over"),
    ],
)
def test_what_cannot_be_played_is_told_in_one_sentence(flags: list[str], sentence: str) -> None:
    result = CliRunner().invoke(main, ["simulate", "game", *FLAGS, *flags])
    assert result.exit_code != 0
    assert sentence in result.output
