"""Plays puzzles through the game's API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.unit.game.conftest import Player, Table
from tests.unit.game.test_guess_rounds import SEEDS

GoOn = Callable[[], Any]


def word_from(clue: str) -> str:
    """The word that the house gives this first clue for."""
    (word,) = (word for word, clues in SEEDS.items() if clues[0] == clue)
    return str(word)


def play_to_the_end(
    player: Player, go_on: GoOn, wrong_guesses: int = 0, words: int = 5
) -> dict[str, Any]:
    """Find the next words of a puzzle with the house's clues, each after some wrong guesses.

    Returns:
        what the game tells after that.
    """
    for _ in range(words):
        round_ = go_on().get_json()["round"]
        word = word_from(round_["clues"][0])
        wrong = [other for other in SEEDS if other != word][:wrong_guesses]
        for guess in [*wrong, word]:
            assert player.guess(round_, guess).status_code == 200
    return dict(go_on().get_json())


def words_of(player: Player, go_on: GoOn) -> list[str]:
    """Give up on every word of a puzzle; returns the words."""
    for _ in range(5):
        give_up(player, go_on().get_json()["round"])
    return [word["word"] for word in go_on().get_json()["result"]["words"]]


def give_up(player: Player, round_: dict[str, Any]) -> dict[str, Any]:
    """Ask for the word; returns what the game tells."""
    answer = player.game.post("/api/guesses", json={"token": round_["token"], "give_up": True})
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


def understood_clues(table: Table, word: str, clues: list[str]) -> Player:
    """Clues for a word that one player gave and another one understood; returns the author."""
    author, dealt = start_until(table, "clue", lambda round_: round_["word"] == word)
    assert author.give(author.signed_clues(dealt, clues)).status_code == 202
    reader, round_ = start_until(table, "guess", lambda round_: round_["clues"] == clues[:1])
    assert reader.guess(round_, word).get_json()["outcome"] == "right"
    return author


def start_until(
    table: Table, kind: str, fits: Callable[[dict[str, Any]], bool]
) -> tuple[Player, dict[str, Any]]:
    """Let one new player after the other start a round, until one of them fits."""
    while True:
        player = table.player()
        round_ = player.start(kind)
        if fits(round_):
            return player, round_
