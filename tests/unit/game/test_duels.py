"""Duels by link: the same puzzle for everybody who has its code, compared at the end."""

from __future__ import annotations

import random
from typing import Any

import pytest

from sample_game.puzzles.code_words import code_words, new_code, read_code
from sample_game.puzzles.duels import DUEL_LIFE_S, MOST_SHOWN
from sample_game.puzzles.nicknames import nickname_of
from sample_game.store import Round
from tests.stand_in_relayer import DECKS
from tests.unit.game.conftest import Player, Table
from tests.unit.game.puzzling import play_to_the_end, words_of

ADDRESS = "0x" + "ab" * 20


def start_duel(player: Player) -> str:
    """Start a duel; returns its code."""
    answer = player.game.post("/api/duels", json=player.proven())
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["code"])


def finish(player: Player, code: str, wrong_guesses: int = 0) -> dict[str, Any]:
    """Play a duel to its end; returns what the game tells."""
    return play_to_the_end(player, lambda: player.duel(code), wrong_guesses)


def test_both_play_the_same_words_with_the_same_clues(table: Table) -> None:
    starter, friend = table.player(), table.player()
    code = start_duel(starter)
    firsts = [player.duel(code).get_json()["round"] for player in (starter, friend)]
    assert firsts[0]["clues"] == firsts[1]["clues"]
    words = words_of(starter, lambda: starter.duel(code))
    assert words == words_of(friend, lambda: friend.duel(code))


def test_results_stand_side_by_side_when_both_have_played(table: Table) -> None:
    starter, friend = table.player(), table.player()
    code = start_duel(starter)
    finish(starter, code)
    told = finish(friend, code, wrong_guesses=2)
    assert [row["points"] for row in told["table"]] == [25, 15]
    assert [row["is_you"] for row in told["table"]] == [False, True]
    assert [word["clues_needed"] for word in told["table"][1]["words"]] == [3] * 5
    assert told["table"][0]["name"] == nickname_of(starter.address)
    assert (starter.score(), friend.score()) == (25, 15)


def test_nobody_sees_how_others_did_before_having_played(table: Table) -> None:
    starter, friend = table.player(), table.player()
    code = start_duel(starter)
    assert [row["is_you"] for row in finish(starter, code)["table"]] == [True]
    told = friend.duel(code).get_json()
    assert told["table"] == []
    assert [word["word"] for word in told["result"]["words"]] == [None] * 5


def test_others_rows_tell_no_words_and_no_addresses(table: Table) -> None:
    starter, friend = table.player(), table.player()
    code = start_duel(starter)
    finish(starter, code)
    answer = friend.duel(code)
    told = finish(friend, code)
    assert all("word" not in word for row in told["table"] for word in row["words"])
    assert starter.address not in answer.text + friend.duel(code).text


def test_one_who_is_still_playing_is_in_the_table_and_marked(table: Table) -> None:
    starter, friend = table.player(), table.player()
    code = start_duel(starter)
    friend.duel(code)
    told = finish(starter, code)
    assert [row["is_complete"] for row in told["table"]] == [True, False]


def test_more_than_two_may_play(table: Table) -> None:
    code = start_duel(table.player())
    for wrong_guesses in (2, 0, 1):
        told = finish(table.player(), code, wrong_guesses)
    assert [row["points"] for row in told["table"]] == [25, 20, 15]


def test_of_a_crowd_the_best_are_shown_and_oneself(table: Table) -> None:
    own, code, store = table.player(), start_duel(table.player()), table.store
    told = finish(own, code, wrong_guesses=2)
    with store.transaction():
        for number in range(MOST_SHOWN + 5):
            found = Round(
                id=f"r{number}",
                kind="guess",
                deck="starter",
                label=0,
                player=f"0x{number:040x}",
                clue_set_id=None,
                clues_seen=1,
                signed_request=None,
                is_over=True,
                expires_at=told["closes_at"],
                puzzle_id=told["puzzle"],
                position=0,
            )
            store.rounds.add(found, 0)
            store.rounds.finish(found.id)
            store.guesses.add(found.id, 1, "a word", is_right=True, now=0)
            store.points.award(found.player, "duel-guess", found.id, 100 + number, 0)
    rows = own.duel(code).get_json()["table"]
    assert [row["points"] for row in rows[:-1]] == list(range(154, 154 - MOST_SHOWN + 1, -1))
    assert (len(rows), rows[-1]["is_you"], rows[-1]["points"]) == (MOST_SHOWN, True, 15)


def test_a_duel_cannot_be_played_twice_by_one_player(table: Table) -> None:
    starter = table.player()
    code = start_duel(starter)
    first = finish(starter, code)
    again = starter.duel(code).get_json()
    assert (again["round"], again["result"]) == (None, first["result"])
    assert starter.score() == 25


def test_nobody_plays_a_duel_in_another_s_name(table: Table) -> None:
    starter, thief = table.player(), table.player()
    code = start_duel(starter)
    answer = starter.duel(code, proof=thief.proof(f"duel-{code}"))
    assert (answer.status_code, answer.get_json()["code"]) == (403, "not-your-key")


def test_a_duel_ends_after_fourteen_days_and_its_result_stays(table: Table) -> None:
    starter, late = table.player(), table.player()
    code = start_duel(starter)
    finish(starter, code)
    table.clock.advance(DUEL_LIFE_S)
    refused = late.duel(code)
    assert (refused.status_code, refused.get_json()["code"]) == (410, "puzzle-over")
    assert starter.duel(code).get_json()["result"]["found"] == 5
    assert DUEL_LIFE_S == 14 * 86_400


def test_a_duel_that_nobody_played_is_forgotten_when_it_has_ended(table: Table) -> None:
    starter = table.player()
    played, unplayed = start_duel(starter), start_duel(starter)
    finish(starter, played)
    table.clock.advance(DUEL_LIFE_S)
    start_duel(starter)
    assert table.game.get(f"/api/duels/{played}").status_code == 200
    gone = table.game.get(f"/api/duels/{unplayed}")
    assert (gone.status_code, gone.get_json()["code"]) == (404, "puzzle-not-found")


def test_words_that_the_starter_met_lately_are_left_out(table: Table) -> None:
    starter = table.player()
    first, second = start_duel(starter), start_duel(starter)
    words = words_of(starter, lambda: starter.duel(first))
    third = start_duel(starter)
    assert not set(words) & set(words_of(starter, lambda: starter.duel(third)))
    assert first != second


@pytest.mark.parametrize(
    "typed", ["Amber otter CANYON", "amber.otter.canyon", " amber-otter-canyon "]
)
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert read_code(typed) == "amber-otter-canyon"


def test_codes_are_three_words_out_of_enough() -> None:
    words = code_words()
    assert len(set(words)) == len(words) == 512
    assert all(word == read_code(word) for word in words)
    codes = {new_code(random.Random(seed)) for seed in range(200)}
    assert len(codes) == 200
    assert all(len(code.split("-")) == 3 for code in codes)


def test_nicknames_belong_to_addresses_and_tell_nothing_of_them() -> None:
    assert nickname_of(ADDRESS) == nickname_of(ADDRESS.upper().replace("0X", "0x"))
    names = {nickname_of(f"0x{number:040x}") for number in range(300)}
    assert len(names) > 280
    assert all(len(name.split()) == 2 for name in names)


def test_a_duel_is_of_the_deck_that_it_was_started_in(table: Table) -> None:
    starter, friend = table.player(), table.player()
    body = {"deck": "food", **starter.proven()}
    code = table.game.post("/api/duels", json=body).get_json()["code"]
    told = friend.duel(code).get_json()
    assert (told["deck"], told["round"]["deck"]) == ("food", "food")
    (word, *_) = words_of(friend, lambda: friend.duel(code))
    assert word in DECKS["food"].words
