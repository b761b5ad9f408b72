from typing import Any

from tests.stand_in_relayer import DECK, STARTER
from tests.unit.game.conftest import Table

SEEDS = {word: list(clues) for word, clues in STARTER.seed_clues.items()}


def word_of(round_: dict[str, Any]) -> str:
    """Find the word behind the house's clues by the first of them."""
    (word,) = (word for word, clues in SEEDS.items() if clues[0] == round_["clues"][0])
    return str(word)


def other_than(word: str) -> str:
    return next(other for other in DECK if other != word)


def test_a_round_shows_one_clue_and_neither_word_nor_label(table: Table) -> None:
    round_ = table.player().start("guess")
    assert len(round_["clues"]) == 1
    assert round_["clue_count"] == 5
    assert round_["given_by"] == "house"
    told = {"token", "kind", "deck", "expires_at", "clues", "clue_count", "given_by"}
    assert set(round_) == told


def test_a_right_first_guess_earns_a_point_for_every_clue(table: Table) -> None:
    player = table.player()
    round_ = player.start("guess")
    result = player.guess(round_, word_of(round_).upper()).get_json()
    assert result["outcome"] == "right"
    assert result["answer"] == word_of(round_)
    assert result["points"] == player.score() == 5


def test_a_form_of_the_word_counts_as_right(table: Table) -> None:
    player = table.player()
    round_ = player.start("guess")
    assert player.guess(round_, f"{word_of(round_)}s").get_json()["outcome"] == "right"


def test_a_wrong_guess_reveals_the_next_clue_and_costs_a_point(table: Table) -> None:
    player = table.player()
    round_ = player.start("guess")
    wrong = player.guess(round_, other_than(word_of(round_))).get_json()
    assert (wrong["outcome"], len(wrong["clues"]), wrong["answer"]) == ("wrong", 2, None)
    assert player.guess(round_, word_of(round_)).get_json()["points"] == 4


def test_an_empty_guess_reveals_the_next_clue(table: Table) -> None:
    player = table.player()
    result = player.guess(player.start("guess"), " ").get_json()
    assert (result["outcome"], len(result["clues"])) == ("passed", 2)


def test_a_word_outside_the_deck_costs_nothing(table: Table) -> None:
    player = table.player()
    round_ = player.start("guess")
    result = player.guess(round_, "xylophone").get_json()
    assert (result["outcome"], len(result["clues"])) == ("unknown", 1)
    assert player.guess(round_, word_of(round_)).get_json()["points"] == 5


def test_a_word_that_was_tried_in_this_round_costs_nothing_again(table: Table) -> None:
    player = table.player()
    round_ = player.start("guess")
    wrong = other_than(word_of(round_))
    player.guess(round_, wrong)
    for form in (wrong, f" {wrong.upper()} ", f"{wrong}s"):
        result = player.guess(round_, form).get_json()
        assert (result["outcome"], len(result["clues"])) == ("repeated", 2), form
    assert player.guess(round_, word_of(round_)).get_json()["points"] == 4


def test_the_round_is_over_after_a_wrong_guess_at_the_last_clue(table: Table) -> None:
    player = table.player()
    round_ = player.start("guess")
    for _ in range(4):
        player.guess(round_, "")
    last = player.guess(round_, other_than(word_of(round_))).get_json()
    assert (last["outcome"], last["answer"]) == ("over", word_of(round_))
    assert player.score() == 0


def test_a_finished_round_takes_no_more_guesses(table: Table) -> None:
    player = table.player()
    round_ = player.start("guess")
    table.game.post("/api/guesses", json={"token": round_["token"], "give_up": True})
    again = player.guess(round_, word_of(round_))
    assert (again.status_code, again.get_json()["code"]) == (410, "round-over")
    assert player.score() == 0


def test_an_expired_round_takes_no_more_guesses(table: Table) -> None:
    player = table.player()
    round_ = player.start("guess")
    table.clock.advance(3601)
    assert player.guess(round_, word_of(round_)).get_json()["code"] == "round-over"


def test_a_token_with_another_expiry_is_refused(table: Table) -> None:
    player = table.player()
    round_ = player.start("guess")
    round_id, expires_at, mac = round_["token"].split(".")
    round_["token"] = f"{round_id}.{int(expires_at) + 1}.{mac}"
    assert player.guess(round_, "moon").get_json()["code"] == "round-not-found"


def test_words_do_not_repeat_within_twelve_rounds(table: Table) -> None:
    player = table.player()
    words = [word_of(player.start("guess")) for _ in range(13)]
    assert len(set(words)) == len(words)


def test_clues_of_a_player_are_guessed_by_others_and_a_right_guess_rewards_both(
    table: Table,
) -> None:
    author, guesser = table.player(), table.player()
    clue_round = author.start("clue")
    author.give(author.signed_clues(clue_round, ["glade", "hermit", "quartz"]))
    assert author.start("guess")["given_by"] == "house", "nobody guesses from their own clues"
    round_ = guesser.start("guess")
    assert (round_["given_by"], round_["clues"], round_["clue_count"]) == ("player", ["glade"], 3)
    result = guesser.guess(round_, clue_round["word"]).get_json()
    assert (result["outcome"], result["points"], result["confirms_a_player"]) == ("right", 3, True)
    assert (author.score(), guesser.score()) == (1 + 2, 3)
    assert guesser.start("guess")["given_by"] == "house", "nobody gets the same clues twice"
