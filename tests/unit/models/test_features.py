import pytest

from relayer.models.errors import SampleTooLongError
from relayer.models.features import encode_words, feature_of, normalise_word
from relayer.models.samples import decode


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("Cat", "cat"),
        ("\u3000 Cat\u00a0\t", "cat"),
        ("\uff23\uff21\uff34", "cat"),  # full width
        ("cafe\u0301", "caf\u00e9"),
        ("STRASSE", "strasse"),
        ("Stra\u00dfe", "stra\u00dfe"),  # lower case, not case folding: sharp s stays
        ("\u0130stanbul", "i\u0307stanbul"),
        ("\u03a3\u039f\u03a6\u039f\u03a3", "\u03c3\u03bf\u03c6\u03bf\u03c2"),  # final sigma
        ("ice cream", "ice cream"),
    ],
)
def test_normalise_word_makes_one_spelling_of_many(typed: str, word: str) -> None:
    assert normalise_word(typed) == word


def test_feature_of_known_word_is_the_end_of_its_keccak_hash() -> None:
    # keccak256("cat") = 0x52763589e772702fa7977a28b3cfb6ca534f0208a2b2d55f7558af664eac478a
    assert feature_of("cat") == 0x478A


def test_encode_words_sorts_and_drops_duplicates() -> None:
    sample = encode_words(["milk", "fur", "FUR", " milk "])
    assert decode(sample) == tuple(sorted([feature_of("fur"), feature_of("milk")]))


def test_encode_words_refuses_more_words_than_a_contract_takes() -> None:
    with pytest.raises(SampleTooLongError):
        encode_words(f"word {number}" for number in range(80))
