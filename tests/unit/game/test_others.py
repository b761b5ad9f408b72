"""What others wrote for a word is shown when the own round is over, and never dealt again."""

from __future__ import annotations

from typing import Any

import pytest

from sample_game import others
from sample_game.store import CluedWord, Puzzle
from tests.unit.game.conftest import Player, Table

CLUES = ["wild", "creature", "living"]


def read(table: Table, round_: dict[str, Any]) -> Any:
    return table.game.post("/api/others", json={"token": round_["token"]})


def shown(table: Table, round_: dict[str, Any]) -> list[list[str]]:
    answer = read(table, round_)
    assert answer.status_code == 200, answer.text
    return [each["clues"] for each in answer.get_json()["others"]]


def given(player: Player, clues: list[str]) -> dict[str, Any]:
    """Play a clue round to its end."""
    round_ = player.start("clue")
    answer = player.give(player.signed_clues(round_, clues))
    assert answer.status_code == 202, answer.text
    return round_


def over(player: Player, word: str) -> dict[str, Any]:
    """Play guess rounds until one with this word is over."""
    for _ in range(200):
        round_ = player.start("guess")
        result = player.game.post("/api/guesses", json={"token": round_["token"], "give_up": True})
        if result.get_json()["answer"] == word:
            return round_
    raise AssertionError(f"{word} was never dealt")


def test_nothing_is_shown_while_the_round_can_still_be_played(table: Table) -> None:
    given(table.player(), CLUES)
    player = table.player()
    for kind in ("guess", "clue"):
        refused = read(table, player.start(kind))
        assert (refused.status_code, refused.get_json()["code"]) == (409, "round-not-over")


def test_a_round_that_ran_out_of_time_is_over(table: Table) -> None:
    round_ = table.player().start("guess")
    table.clock.advance(3_601)
    assert shown(table, round_) == []


def test_a_made_up_token_shows_nothing(table: Table) -> None:
    assert read(table, {"token": "made.1.up"}).get_json()["code"] == "round-not-found"


def test_others_clues_for_the_word_are_shown_and_the_own_ones_are_not(table: Table) -> None:
    author, reader = table.player(), table.player()
    word = given(author, CLUES)["word"]
    round_ = over(reader, word)
    assert shown(table, round_) == [CLUES]
    assert shown(table, over(author, word)) == []


def test_clues_that_were_read_beside_their_word_are_not_dealt_any_more(table: Table) -> None:
    reader, word = table.player(), given(table.player(), CLUES)["word"]
    first = over(reader, word)  # by the clues of the author, who is the only one
    second = given_for(table, word, ["alive", "being", "nature"])
    assert ["alive", "being", "nature"] in shown(table, first)
    for _ in range(40):
        assert reader.start("guess")["given_by"] == "house", second


def test_clues_of_a_puzzle_that_is_still_played_are_kept_for_it(table: Table) -> None:
    dealt = given(table.player(), CLUES)
    round_ = over(table.player(), dealt["word"])
    words = (CluedWord(dealt["label"], tuple(CLUES), clue_set_id=1),)
    ends_at = int(table.clock.now()) + 60
    table.store.puzzles.add(Puzzle("duel-a-b-c", "starter", words, ends_at, ends_at), now=1)
    assert shown(table, round_) == []
    table.clock.advance(60)
    assert shown(table, round_) == [CLUES]


def given_for(table: Table, word: str, clues: list[str]) -> dict[str, Any]:
    """Let some new player give clues for a certain word."""
    for _ in range(200):
        player = table.player()
        round_ = player.start("clue")
        if round_["word"] == word:
            assert player.give(player.signed_clues(round_, clues)).status_code == 202
            return round_
    raise AssertionError(f"{word} was never dealt")


def test_words_that_were_blocked_later_are_not_shown(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    word = given(table.player(), CLUES)["word"]
    round_ = over(table.player(), word)
    monkeypatch.setattr(others, "is_blocked", lambda clue: clue == "creature")
    assert shown(table, round_) == []
    assert read(table, round_).get_json() == {"others": []}


def test_the_latest_clues_of_three_players_are_shown(table: Table) -> None:
    word = given(table.player(), CLUES)["word"]
    for number in ("one", "two", "three", "four"):
        given_for(table, word, [f"{number}ish", "creature", "living"])
        table.clock.advance(1)
    reader = table.player()
    round_ = reader.start("clue")
    while round_["word"] != word:
        reader = table.player()
        round_ = reader.start("clue")
    assert reader.give(reader.signed_clues(round_, ["own", "words", "here"])).status_code == 202
    firsts = [clues[0] for clues in shown(table, round_)]
    assert firsts == ["fourish", "threeish", "twoish"]
    assert [clues[0] for clues in shown(table, round_)] == firsts
