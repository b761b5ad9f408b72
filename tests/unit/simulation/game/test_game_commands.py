"""The word game from the command line."""

from __future__ import annotations

import json

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
