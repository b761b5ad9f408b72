"""The exam of a deck's machine, and when it is sat."""

from __future__ import annotations

from relayer.models.features import encode_words
from relayer.models.naive_bayes import NaiveBayes, NaiveBayesParameters
from relayer.models.samples import decode
from sample_game.exam import Exam, Examiners
from tests.stand_in_relayer import DECKS, STARTER
from tests.unit.game.conftest import Table


def blank() -> NaiveBayes:
    return NaiveBayes(NaiveBayesParameters(32, 4, 128), 32)


def learn(model: NaiveBayes, times: int, word: str = "moon") -> None:
    features = decode(encode_words(STARTER.exam[word]))
    for _ in range(times):
        model.learn(STARTER.labels[word], features)


def test_an_exam_asks_every_three_of_the_four_clues_of_each_word() -> None:
    assert len(Exam(STARTER).questions) == 4 * 32


def test_a_machine_that_knows_all_answers_passes_and_a_blank_one_fails() -> None:
    wise = blank()
    for word in STARTER.words:
        learn(wise, 3, word)
    assert Exam(STARTER).mark(wise, now=7).top1 > 0.95
    assert Exam(STARTER).mark(blank(), now=7).top1 == 1 / 32  # always the first label


def test_a_mark_says_after_how_many_contributions_it_was_given() -> None:
    model = blank()
    learn(model, 9)
    assert Exam(STARTER).mark(model, now=7).contributions == 9


def marks(table: Table) -> list[int]:
    told = table.game.get("/api/marks?deck=starter").get_json()["marks"]
    return [mark["contributions"] for mark in told]


def test_a_machine_sits_the_exam_when_it_has_learnt_enough(table: Table) -> None:
    assert marks(table) == []
    learn(table.stand_in.model, 4)
    table.clock.advance(10)
    assert marks(table) == []
    learn(table.stand_in.model, 1)
    table.clock.advance(10)
    assert marks(table) == [5]


def test_handing_out_the_machine_is_enough_for_a_mark_and_the_same_one_gets_no_second(
    table: Table,
) -> None:
    learn(table.stand_in.model, 200)
    for _ in range(2):
        table.game.get("/api/model")
        table.clock.advance(10)
    learn(table.stand_in.model, 9)  # less than a twentieth more
    table.game.get("/api/model")
    table.clock.advance(10)
    learn(table.stand_in.model, 1)
    table.game.get("/api/model")
    assert marks(table) == [200, 210]


def test_decks_tell_their_titles_and_what_their_machines_know(table: Table) -> None:
    table.stand_in.decks = ("starter", "animals")
    learn(table.stand_in.model, 40)
    told = table.game.get("/api/decks").get_json()
    assert told["first"] == "starter"
    animals, starter = told["decks"]
    assert (animals["name"], animals["word_count"], animals["mark"]) == ("animals", 64, None)
    assert starter["title"] == {"en": "First words", "de": "Erste Wörter"}
    assert starter["mark"]["contributions"] == 40
    assert 0 < starter["mark"]["top1"] <= starter["mark"]["top5"] < 1


def test_a_house_that_went_silent_leaves_the_marks_readable(table: Table) -> None:
    learn(table.stand_in.model, 40)
    assert marks(table) == [40]
    table.stand_in.decks = ()
    table.clock.advance(60)
    assert marks(table) == [40]


def test_machines_sit_exams_in_turn_while_nobody_plays(table: Table) -> None:
    table.stand_in.decks = ("starter", "animals")
    learn(table.stand_in.model, 40)
    examiners = [play.examiner for play in table.plays.tables.values()]
    background = Examiners(examiners, table.clock)
    starter = [deck.name for deck in DECKS.values()].index("starter")
    marked = table.store.marks
    for turn in range(len(DECKS)):
        assert bool(marked.latest("starter")) == (turn > starter)
        background.turn()
        background.turn()  # not time yet: the next deck has to wait
        table.clock.advance(60 / len(DECKS))
    assert [mark.contributions for mark in marked.of_deck("starter")] == [40]
