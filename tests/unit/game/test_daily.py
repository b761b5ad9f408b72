"""The puzzle of the day: the same for everybody, one try for each player, gone at midnight."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from relayer.clock import ManualClock
from sample_game.app import create_app
from sample_game.puzzles.daily import DAY_S, LATE_S, Daily
from sample_game.settings import GameSettings
from sample_game.store import GameStore
from tests.stand_in_relayer import DECK, trainer_of
from tests.unit.game.conftest import Player, Table
from tests.unit.game.puzzling import (
    give_up,
    play_to_the_end,
    understood_clues,
    word_from,
    words_of,
)
from tests.unit.game.test_confirmations import contributor
from tests.unit.game.test_guess_rounds import SEEDS


def to_midnight(table: Table, after_s: int = 0) -> None:
    """Turn the hands to some seconds after the next midnight in UTC."""
    table.clock.advance(DAY_S - table.clock.now() % DAY_S + after_s)


def play_today(player: Player) -> dict[str, Any]:
    """Play today's puzzle to its end; returns what the game tells."""
    return play_to_the_end(player, player.daily)


def test_everybody_gets_the_same_words_with_the_same_clues(table: Table) -> None:
    firsts = [player.daily().get_json()["round"] for player in (table.player(), table.player())]
    assert firsts[0]["clues"] == firsts[1]["clues"]
    assert firsts[0]["token"] != firsts[1]["token"]
    one, other = table.player(), table.player()
    assert words_of(one, one.daily) == words_of(other, other.daily)


def test_words_are_dealt_one_after_the_other_and_scored_like_guess_rounds(table: Table) -> None:
    player = table.player()
    told = play_to_the_end(player, player.daily, wrong_guesses=1)
    result = told["result"]
    assert told["round"] is None
    assert (result["is_complete"], result["found"], result["points"]) == (True, 5, 5 * 4)
    assert [word["clues_needed"] for word in result["words"]] == [2] * 5
    assert {word["word"] for word in result["words"]} < set(DECK)
    assert player.score() == 5 * 4


def test_a_word_that_was_not_found_brings_nothing_and_the_next_one_comes(table: Table) -> None:
    player = table.player()
    give_up(player, player.daily().get_json()["round"])
    told = player.daily().get_json()
    assert told["round"]["position"] == 1
    assert told["result"]["words"][0]["state"] == "missed"
    assert told["result"]["words"][1] == {
        "state": "playing",
        "clues_needed": None,
        "points": 0,
        "word": None,
    }


def test_a_player_who_comes_back_goes_on_where_the_round_was(table: Table) -> None:
    player = table.player()
    first = player.daily().get_json()["round"]
    wrong = next(word for word in DECK if word != word_from(first["clues"][0]))
    player.guess(first, wrong)
    again = player.daily().get_json()["round"]
    assert again["token"] == first["token"]
    assert (len(again["clues"]), again["tries"]) == (2, [wrong])


def test_a_finished_puzzle_cannot_be_played_again_on_its_day(table: Table) -> None:
    player = table.player()
    result = play_today(player)["result"]
    for _ in range(3):
        told = player.daily().get_json()
        assert (told["round"], told["result"]) == (None, result)
    assert player.score() == result["points"]


def test_rounds_of_the_other_kinds_do_not_touch_the_puzzle(table: Table) -> None:
    player = table.player()
    round_ = player.daily().get_json()["round"]
    free = player.start("guess")
    player.guess(free, word_from(free["clues"][0]))
    told = player.daily().get_json()
    assert told["round"]["token"] == round_["token"]
    assert told["result"]["points"] == 0


def test_nobody_uses_up_somebody_else_s_try(table: Table) -> None:
    player, thief = table.player(), table.player()
    day = table.game.get("/api/daily").get_json()["day"]
    for proof in (
        thief.proof(f"daily-{day}"),
        player.proof(f"daily-{day + 1}"),
        player.proof("duel-amber-otter-canyon"),
        "0x" + "00" * 65,
        "no signature",
    ):
        answer = player.daily(proof=proof)
        assert (answer.status_code, answer.get_json()["code"]) == (403, "not-your-key"), proof
    assert table.store.puzzles.played(f"daily-{day}", player.address) == []


def test_days_keep_their_numbers_though_nobody_played_on_the_first_one(table: Table) -> None:
    def number() -> int:
        return int(table.game.get("/api/daily").get_json()["number"])

    assert number() == 1
    table.clock.advance(2 * 86_400)
    assert number() == 3
    player = table.player()
    assert table.game.post("/api/duels", json=player.proven()).status_code == 201
    assert number() == 3, "what nobody played is forgotten when a duel begins"


def test_next_day_has_other_words_and_the_next_number(table: Table) -> None:
    player = table.player()
    first = player.daily().get_json()
    words = words_of(player, player.daily)
    to_midnight(table)
    second = player.daily().get_json()
    assert (first["number"], second["number"]) == (1, 2)
    assert second["round"]["position"] == 0
    assert not set(words) & set(words_of(player, player.daily))


def test_no_word_comes_back_before_the_deck_is_through(table: Table) -> None:
    days_in_a_lap = len(DECK) // 5
    while table.game.get("/api/daily").get_json()["day"] % days_in_a_lap:
        table.clock.advance(DAY_S)
    words: list[str] = []
    for _ in range(days_in_a_lap):
        player = table.player()
        words += words_of(player, player.daily)
        table.clock.advance(DAY_S)
    assert len(set(words)) == len(words) == 5 * days_in_a_lap


def test_a_player_who_began_before_midnight_may_finish_for_an_hour(table: Table) -> None:
    player, late = table.player(), table.player()
    to_midnight(table, after_s=-1)
    day = player.daily().get_json()["day"]
    to_midnight(table, after_s=LATE_S - 1)
    refused = late.daily(day=day)
    assert (refused.status_code, refused.get_json()["code"]) == (410, "puzzle-over")
    told = play_to_the_end(player, lambda: player.daily(day=day))
    assert told["result"]["found"] == 5
    assert told["streak"]["days"] == 1


def test_what_was_not_played_in_time_is_missed(table: Table) -> None:
    player = table.player()
    day = player.daily().get_json()["day"]
    round_ = play_to_the_end(player, player.daily, words=1)["round"]
    to_midnight(table, after_s=LATE_S)
    assert player.guess(round_, "moon").get_json()["code"] == "round-over"
    told = player.daily(day=day).get_json()
    assert (told["round"], told["result"]["is_complete"], told["result"]["found"]) == (
        None,
        True,
        1,
    )
    assert told["streak"]["days"] == 0, "the day was not finished"


@pytest.mark.parametrize("days_off", [-2, 1, 10**12])
def test_puzzles_of_other_days_are_not_dealt(table: Table, days_off: int) -> None:
    today = table.game.get("/api/daily").get_json()["day"]
    answer = table.player().daily(day=today + days_off)
    assert (answer.status_code, answer.get_json()["code"]) == (404, "puzzle-not-found")


def test_streak_grows_from_day_to_day_and_survives_one_missed_day(table: Table) -> None:
    player = table.player()
    seen = []
    for plays in (True, True, False, True, True):
        if plays:
            seen.append(play_today(player)["streak"]["days"])
        to_midnight(table, after_s=3_600)
    assert seen == [1, 2, 3, 4]


def test_page_can_count_down_to_the_next_puzzle(table: Table) -> None:
    facts = table.game.get("/api/daily").get_json()
    assert facts["closes_at"] % DAY_S == 0
    assert 0 < facts["closes_at"] - facts["now"] <= DAY_S
    assert facts["word_count"] == 5


def test_clues_that_players_understood_come_before_those_of_the_house(
    table: Table, tmp_path: Path
) -> None:
    word = first_word_of_tomorrow(table, tmp_path)
    author = understood_clues(table, word, ["glade", "hermit", "quartz"])
    to_midnight(table)
    before = author.score()
    player = table.player()
    round_ = player.daily().get_json()["round"]
    assert (round_["given_by"], round_["clues"], round_["clue_count"]) == ("player", ["glade"], 3)
    told = player.guess(round_, word).get_json()
    assert (told["points"], told["confirms_a_player"]) == (3, True)
    assert author.score() == before + 2


def test_right_guess_from_a_player_s_clues_is_signed_for_where_the_house_takes_that(
    table: Table, tmp_path: Path
) -> None:
    table.stand_in.takes_validations = True
    word = first_word_of_tomorrow(table, tmp_path)
    understood_clues(table, word, ["glade", "hermit", "quartz"])
    player = contributor(table)
    table.stand_in.set_status("confirmed", contribution_number=775)
    to_midnight(table)
    table.hear_news()
    round_ = player.daily().get_json()["round"]
    assert player.guess(round_, word).get_json()["contribution_number"] == 775
    contribution = {"trainer": trainer_of(round_["deck"]), "contribution_number": 775}
    signed = player.relayer.sign_validation(player.account, contribution)
    body = {"token": round_["token"], "id": signed.id, **signed.as_json()}
    assert table.game.post("/api/validations", json=body).status_code == 202
    assert len(table.stand_in.validations) == 1


def test_a_word_is_dealt_once_to_two_tabs_that_ask_at_the_same_moment(table: Table) -> None:
    player = table.player()
    day = table.game.get("/api/daily").get_json()["day"]
    body = {"player": player.address, "day": day, "proof": player.proof(f"daily-{day}")}

    def ask(_: int) -> str:
        answer = table.game.application.test_client().post("/api/daily/plays", json=body)
        return str(answer.get_json()["round"]["token"])

    with ThreadPoolExecutor(8) as tabs:
        assert len(set(tabs.map(ask, range(8)))) == 1


def first_word_of_tomorrow(table: Table, folder: Path) -> str:
    """What only the game can know: drawn with its key, by a clock and for a store beside it."""
    rounds = table.plays.of_deck(None).rounds
    store = GameStore(folder / "beside.db")
    tomorrow = ManualClock(table.clock.now() + DAY_S)
    puzzle = Daily(replace(rounds, clock=tomorrow, store=store)).today()
    store.close()
    return rounds.deck.words[puzzle.words[0].label]


def test_clues_of_one_s_own_bring_no_points_and_confirm_nobody(
    table: Table, tmp_path: Path
) -> None:
    word = first_word_of_tomorrow(table, tmp_path)
    author = understood_clues(table, word, ["glade", "hermit", "quartz"])
    to_midnight(table)
    before = author.score()
    told = author.guess(author.daily().get_json()["round"], word).get_json()
    assert (told["outcome"], told["points"], told["confirms_a_player"]) == ("right", 0, False)
    assert author.score() == before
    assert author.daily().get_json()["result"]["words"][0]["state"] == "found"


def test_clues_of_the_day_are_not_dealt_in_guess_rounds(table: Table, tmp_path: Path) -> None:
    word = first_word_of_tomorrow(table, tmp_path)
    understood_clues(table, word, ["glade", "hermit", "quartz"])
    assert table.player().start("guess")["clues"] == ["glade"]
    to_midnight(table)
    table.player().daily()
    assert table.player().start("guess")["given_by"] == "house"


def test_order_of_the_words_hangs_on_the_game_s_own_key(tmp_path: Path) -> None:
    first_clues = [first_clue_with(tmp_path / name, secret=name) for name in "abcdef"]
    assert len(set(first_clues)) > 1
    again = first_clue_with(tmp_path / "again", secret="a")
    assert again == first_clues[0]


def first_clue_with(folder: Path, secret: str) -> str:
    """The first clue of the day in a game with this secret."""
    folder.mkdir()
    settings = GameSettings(
        database=folder / "hunch.db", relayer_url="http://house.invalid", secret=secret
    )
    app = create_app(settings, clock=ManualClock(), chance=random.Random(1))
    puzzle = app.extensions["hunch"].of_deck(None).daily.today()
    return str(puzzle.words[0].clues[0])


def test_words_of_the_house_are_those_that_the_clues_belong_to(table: Table) -> None:
    player = table.player()
    round_ = player.daily().get_json()["round"]
    answer = give_up(player, round_)["answer"]
    assert SEEDS[answer][0] == round_["clues"][0]
