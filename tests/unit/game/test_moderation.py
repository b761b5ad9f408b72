import pytest

from sample_game.errors import ClueRefused
from sample_game.moderation import checked_clues, refusal_of
from sample_game.stems import are_forms_of_one_word


@pytest.mark.parametrize(
    ("clue", "secret", "reason"),
    [
        ("castle", "castle", "secret-word"),
        (" CASTLE ", "castle", "secret-word"),
        ("\uff43\uff41\uff53\uff54\uff4c\uff45", "castle", "secret-word"),  # full-width letters
        ("sandcastle", "castle", "contains-secret"),
        ("castles", "castle", "contains-secret"),
        ("pianist", "piano", "same-stem"),
        ("butterflies", "butterfly", "same-stem"),
        ("rain", "rainbow", "part-of-secret"),
        ("phone", "telephone", "part-of-secret"),
        ("two words", "castle", "not-one-word"),
        ("k2", "castle", "not-one-word"),
        ("🏰", "castle", "not-one-word"),
        ("", "castle", "not-a-word"),
        ("a", "castle", "length"),
        ("a" * 25, "castle", "length"),
    ],
)
def test_a_clue_that_breaks_a_rule_is_refused_with_its_reason(
    clue: str, secret: str, reason: str
) -> None:
    refusal = refusal_of(clue, secret)
    assert refusal is not None
    assert refusal.reason == reason
    assert refusal.detail.endswith(".")


@pytest.mark.parametrize("clue", ["moat", "Zugbrücke", "замок", "城堡", "it's", "merry-go-round"])
def test_a_single_word_of_any_language_is_a_clue(clue: str) -> None:
    assert refusal_of(clue, "river") is None


@pytest.mark.parametrize("clue", ["Nazi", "nazis", "názi", "nazi-like"])
def test_a_word_that_hurts_is_refused_in_all_its_spellings(clue: str) -> None:
    refusal = refusal_of(clue, "castle")
    assert refusal is not None
    assert refusal.reason == "unkind-word"
    assert clue.lower() not in refusal.detail


@pytest.mark.parametrize("clue", ["spicy", "cocktail", "assassin", "grape", "therapist", "peacock"])
def test_an_innocent_word_that_resembles_a_blocked_one_is_fine(clue: str) -> None:
    assert refusal_of(clue, "castle") is None


def test_a_repeated_clue_is_refused_in_any_form() -> None:
    refusal = refusal_of("towers", "castle", ["moat", "tower"])
    assert refusal is not None
    assert refusal.reason == "repeated"


def test_clues_come_back_normalised_and_in_order() -> None:
    assert checked_clues(["Moat", " SIEGE", "king"], "castle") == ["moat", "siege", "king"]


@pytest.mark.parametrize(
    "clues", [["moat", "king"], ["moat", "king", "siege", "wall", "gate", "flag"]]
)
def test_too_few_and_too_many_clues_are_refused(clues: list[str]) -> None:
    with pytest.raises(ClueRefused) as refused:
        checked_clues(clues, "castle")
    assert [refusal.reason for refusal in refused.value.refusals] == ["clue-count"]


def test_every_refused_clue_is_named() -> None:
    with pytest.raises(ClueRefused) as refused:
        checked_clues(["castles", "moat", "k2"], "castle")
    assert [refusal.clue for refusal in refused.value.refusals] == ["castles", "k2"]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("apple", "apples"),
        ("shoe", "shoes"),
        ("bee", "bees"),
        ("octopus", "octopi"),
        ("key", "keys"),
    ],
)
def test_endings_do_not_make_another_word(left: str, right: str) -> None:
    assert are_forms_of_one_word(left, right)


@pytest.mark.parametrize(("left", "right"), [("cat", "catch"), ("moon", "month"), ("bee", "beer")])
def test_other_words_stay_other_words(left: str, right: str) -> None:
    assert not are_forms_of_one_word(left, right)
