"""Taboo words: what the machine knows too well is refused as a clue, and only that."""

from __future__ import annotations

import pytest

from relayer.models.features import feature_of
from relayer.models.naive_bayes import NaiveBayes, NaiveBayesParameters
from sample_game.moderation import refusal_of
from sample_game.taboo import MET_TOO_OFTEN, MOST_TABOO_WORDS, taboo_words
from tests.stand_in_relayer import DECK
from tests.unit.game.conftest import Table
from tests.unit.game.test_guess_rounds import SEEDS

CAT, MOON = 0, 1


def machine_that_met(*lessons: tuple[int, str, int]) -> NaiveBayes:
    """A machine that learnt from one clue at a time: label, clue, how often."""
    model = NaiveBayes(NaiveBayesParameters(4, 4, 128))
    for label, clue, times in lessons:
        for _ in range(times):
            model.learn(label, [feature_of(clue)])
    return model


def teach_words_of_the_house(table: Table, hand_out: bool = True) -> None:
    """Let the machine meet the house's own clues for every word too often."""
    for label, word in enumerate(DECK):
        for _ in range(MET_TOO_OFTEN):
            table.stand_in.model.learn(label, [feature_of(clue) for clue in SEEDS[word]])
    if hand_out:
        hand_out_model(table)


def hand_out_model(table: Table) -> None:
    """Let a page fetch the machine, some time later."""
    table.clock.advance(120)
    assert table.game.get("/api/model").status_code == 200


def test_nothing_is_taboo_while_the_machine_knows_little() -> None:
    model = machine_that_met((CAT, "purr", MET_TOO_OFTEN - 1))
    assert taboo_words(model, CAT, ["purr", "whiskers"]) == ()


def test_the_best_known_clues_are_taboo_and_no_more_than_three() -> None:
    known = ["purr", "whiskers", "kitten", "mouse", "milk"]
    lessons = [(CAT, clue, MET_TOO_OFTEN + times) for times, clue in enumerate(known)]
    model = machine_that_met(*lessons)
    assert taboo_words(model, CAT, known) == ("milk", "mouse", "kitten")
    assert len(known) > MOST_TABOO_WORDS


def test_a_clue_that_speaks_for_another_word_is_not_taboo() -> None:
    model = machine_that_met((CAT, "night", MET_TOO_OFTEN), (MOON, "night", 5 * MET_TOO_OFTEN))
    assert taboo_words(model, CAT, ["night"]) == ()
    assert taboo_words(model, MOON, ["night"]) == ("night",)


def test_only_words_that_were_given_as_clues_can_be_taboo() -> None:
    model = machine_that_met((CAT, "purr", MET_TOO_OFTEN))
    assert taboo_words(model, CAT, ["whiskers"]) == ()


@pytest.mark.parametrize("clue", ["purr", "Purrs", "purring"])
def test_a_taboo_word_is_refused_in_all_its_forms(clue: str) -> None:
    refusal = refusal_of(clue, "cat", taboo=["purr"])
    assert refusal is not None
    assert refusal.reason == "taboo"
    assert refusal_of("whiskers", "cat", taboo=["purr"]) is None


def test_round_tells_its_taboo_words_and_refuses_them(table: Table) -> None:
    teach_words_of_the_house(table)
    player = table.player()
    round_ = player.start("clue")
    taboo = round_["taboo"]
    assert len(taboo) == MOST_TABOO_WORDS
    assert set(taboo) < set(SEEDS[round_["word"]])
    check = {"token": round_["token"], "clue": taboo[0], "others": []}
    assert table.game.post("/api/clue-checks", json=check).get_json()["reason"] == "taboo"
    answer = player.give(player.signed_clues(round_, ["glade", "quartz", taboo[0]]))
    assert (answer.status_code, answer.get_json()["refusals"][0]["reason"]) == (422, "taboo")
    assert table.stand_in.contributions == {}


def test_words_of_players_become_taboo_as_well(table: Table) -> None:
    author = table.player()
    round_ = author.start("clue")
    clues = ["glade", "hermit", "quartz"]
    assert author.give(author.signed_clues(round_, clues)).status_code == 202
    for _ in range(MET_TOO_OFTEN):
        table.stand_in.model.learn(round_["label"], [feature_of("hermit")])
    hand_out_model(table)
    dealt = (table.player().start("clue") for _ in range(40 * len(DECK)))
    same = next(other for other in dealt if other["word"] == round_["word"])
    assert same["taboo"] == ["hermit"]


def test_what_is_taboo_does_not_change_while_a_round_is_played(table: Table) -> None:
    player = table.player()
    round_ = player.start("clue")
    assert round_["taboo"] == []
    teach_words_of_the_house(table)
    assert player.start("clue")["taboo"] != []
    clues = SEEDS[round_["word"]][:3]
    assert player.give(player.signed_clues(round_, clues)).status_code == 202


def test_machine_that_nobody_has_seen_yet_makes_nothing_taboo(table: Table) -> None:
    teach_words_of_the_house(table, hand_out=False)
    assert table.player().start("clue")["taboo"] == []
