import gzip
from pathlib import Path
from random import Random

import pytest

from sample_game.decks import load_decks
from sample_game.moderation import refusal_of
from sample_game.settings import GameSettings
from sample_game.simulated_players.clue_book import (
    WORDNET_CLUES,
    ClueBook,
    ClueBookError,
    load_clue_book,
)

DECKS = load_decks(GameSettings.decks)
DECK = DECKS["starter"].words


def write_clues(path: Path, *rows: str, header: str = "target,clue,count") -> Path:
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("name", DECKS)
def test_shipped_excerpt_has_clues_for_every_word_of_every_deck(name: str) -> None:
    book = load_clue_book(DECKS[name].words).split(Random(1)).play
    for secret in DECKS[name].words:
        assert 3 <= len(book.draw(secret, Random(1))) <= 5


def test_shipped_excerpt_holds_only_clues_that_the_game_takes() -> None:
    for line in WORDNET_CLUES.read_text(encoding="utf-8").splitlines()[1:]:
        target, clue, _ = line.split(",")
        assert refusal_of(clue, target) is None, line


def test_shipped_excerpt_comes_with_its_licence() -> None:
    licence = (WORDNET_CLUES.parent / "LICENSE.txt").read_text(encoding="utf-8")
    assert "WordNet 3.1 Copyright 2011 by Princeton University" in licence


def test_same_seed_draws_the_same_clues() -> None:
    book = load_clue_book(DECK)
    assert book.draw("moon", Random(7)) == book.draw("moon", Random(7))


def test_frequent_mentions_are_drawn_more_often() -> None:
    book = ClueBook({"moon": {"night": 90, "crater": 5, "tide": 5, "silver": 5, "orbit": 5}})
    first = [book.draw("moon", Random(seed), 3)[0] for seed in range(200)]
    assert first.count("night") > 120


def test_forms_of_one_word_are_never_drawn_together() -> None:
    book = ClueBook({"moon": {"night": 5, "nights": 5, "tide": 5, "crater": 5}})
    for seed in range(50):
        drawn = book.draw("moon", Random(seed), 4)
        assert not {"night", "nights"} <= set(drawn)


def test_every_mention_is_either_played_or_held_out() -> None:
    whole = load_clue_book(DECK)
    split = whole.split(Random(3))
    for secret, clues in whole.mentions.items():
        for clue, count in clues.items():
            played = split.play.mentions[secret].get(clue, 0)
            held_out = split.held_out.mentions[secret].get(clue, 0)
            assert played + held_out == count


def test_held_out_rounds_draw_from_held_out_mentions_alone() -> None:
    split = load_clue_book(DECK).split(Random(3))
    rounds = list(split.held_out_rounds(5, Random(4)))
    assert len(rounds) == 5 * len(DECK)
    for secret, clues in rounds:
        assert set(clues) <= set(split.held_out.mentions[secret])


def test_compressed_file_with_counts_is_read(tmp_path: Path) -> None:
    source = tmp_path / "clues.csv.gz"
    source.write_bytes(
        gzip.compress(b"target,clue,count\nmoon,night,9\nmoon,tide,2\nmoon,orbit,1\n")
    )
    book = load_clue_book(["moon"], source)
    assert book.mentions == {"moon": {"night": 9, "tide": 2, "orbit": 1}}


def test_clues_that_the_game_refuses_are_left_out(tmp_path: Path) -> None:
    rows = ("moon,moonlight,9", "moon,night,1", "moon,tide,1", "moon,orbit,1", "moon,two words,4")
    book = load_clue_book(["moon"], write_clues(tmp_path / "clues.csv", *rows))
    assert set(book.mentions["moon"]) == {"night", "tide", "orbit"}


@pytest.mark.parametrize(
    ("header", "row"), [("target,clue,count", "moon,night,many"), ("word,hint", "moon,night")]
)
def test_file_of_another_form_is_refused_with_the_form_wanted(
    tmp_path: Path, header: str, row: str
) -> None:
    with pytest.raises(ClueBookError, match="target, clue, and weight or count"):
        load_clue_book(["moon"], write_clues(tmp_path / "clues.csv", row, header=header))


def test_missing_file_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(ClueBookError, match=r"nowhere\.csv"):
        load_clue_book(["moon"], tmp_path / "nowhere.csv")


def test_file_without_clues_for_a_word_is_refused_with_the_word(tmp_path: Path) -> None:
    source = write_clues(tmp_path / "clues.csv", "moon,night,1", "moon,tide,1", "moon,orbit,1")
    with pytest.raises(ClueBookError, match="piano"):
        load_clue_book(["moon", "piano"], source)


def test_taboo_words_and_their_forms_are_not_drawn() -> None:
    book = ClueBook({"moon": {"night": 9, "tides": 9, "orbit": 1, "crater": 1, "lunar": 1}})
    drawn = book.draw("moon", Random(1), count=5, taboo=["night", "tide"])
    assert sorted(drawn) == ["crater", "lunar", "orbit"]
