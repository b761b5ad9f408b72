"""The decks that ship with the game, and what is no deck."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from relayer.deploy import load_plan
from sample_game.__main__ import main
from sample_game.decks import first_of, load_decks
from sample_game.errors import DeckError
from sample_game.moderation import checked_clues, refusal_of
from sample_game.settings import GameSettings

DECKS = load_decks(GameSettings.decks)


def entry(word: str = "moon", **parts: Any) -> dict[str, Any]:
    clues = {"clues": ["tide", "crater", "night"], "exam": ["sky", "lunar", "stars"]}
    return {"word": word, **clues, **parts}


def written(folder: Path, *entries: dict[str, Any], name: str = "sky.json") -> Path:
    deck = {"title": {"en": "Sky"}, "words": list(entries)}
    (folder / name).write_text(json.dumps(deck), encoding="utf-8")
    return folder


def test_a_starter_deck_and_four_decks_of_64_words_ship_with_the_game() -> None:
    sizes = {name: len(deck.words) for name, deck in DECKS.items()}
    assert sizes == {"animals": 64, "food": 64, "home": 64, "places": 64, "starter": 32}
    assert first_of(DECKS, GameSettings.first_deck).name == "starter"


def test_every_deck_has_a_title_in_each_language_of_the_page() -> None:
    assert all(deck.title.keys() >= {"en", "de"} for deck in DECKS.values())


@pytest.mark.parametrize("name", DECKS)
def test_the_houses_own_clues_obey_the_rules_of_the_game(name: str) -> None:
    deck = DECKS[name]
    for word in deck.words:
        assert checked_clues(deck.seed_clues[word], word) == list(deck.seed_clues[word])


@pytest.mark.parametrize("name", DECKS)
def test_the_exam_is_made_of_clues_that_obey_the_rules_and_that_nobody_is_dealt(name: str) -> None:
    deck = DECKS[name]
    for word in deck.words:
        before = list(deck.seed_clues[word])
        for clue in deck.exam[word]:
            assert refusal_of(clue, word, before) is None, (word, clue)
            before.append(clue)


@pytest.mark.parametrize(
    ("entries", "complaint"),
    [
        ([entry(), entry()], "twice"),
        ([entry("Moon")], "normalised"),
        ([entry(clues=["tide", "crater"])], "three to five"),
        ([entry(exam=["sky", "lunar"])], "exam"),
        ([entry(exam=["sky", "lunar", "night"])], "exam"),
        ([{"word": "moon"}], "form of a deck"),
    ],
)
def test_a_deck_that_does_not_fit_is_refused(
    tmp_path: Path, entries: list[dict[str, Any]], complaint: str
) -> None:
    with pytest.raises(DeckError, match=complaint):
        load_decks(written(tmp_path, *entries))


def test_a_folder_without_decks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeckError, match="GAME_DECKS"):
        load_decks(tmp_path)


def test_the_name_of_a_deck_fits_into_an_address(tmp_path: Path) -> None:
    with pytest.raises(DeckError, match="small letters"):
        load_decks(written(tmp_path, entry(), name="Night & Sky.json"))


def test_a_first_deck_that_does_not_exist_is_refused() -> None:
    with pytest.raises(DeckError, match="animals, food"):
        first_of(DECKS, "colours")


def test_the_trainers_that_the_decks_need_make_a_plan_that_the_relayer_takes(
    tmp_path: Path,
) -> None:
    printed = CliRunner().invoke(main, ["trainers"], catch_exceptions=False).output
    file = tmp_path / "plan.toml"
    file.write_text(printed, encoding="utf-8")
    labels = {trainer.name: trainer.labels for trainer in load_plan(file).trainers}
    assert list(labels) == ["Hunch", *(f"Hunch {name}" for name in DECKS if name != "starter")]
    assert labels["Hunch"] == DECKS["starter"].words
    assert labels["Hunch food"] == DECKS["food"].words


def test_trainers_of_a_folder_without_decks_are_a_clear_error(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["trainers"], env={"GAME_DECKS": str(tmp_path)})
    assert result.exit_code == 1
    assert "holds no deck" in result.output
