"""Properties of words and samples that hold whatever is typed or sent."""

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from relayer.models import samples
from relayer.models.errors import SampleError, WordError
from relayer.models.features import WHITE_SPACE, encode_words, feature_of, normalise_word

words = st.text(min_size=1, max_size=12)


def is_word(text: str) -> bool:
    try:
        normalise_word(text)
    except WordError:
        return False
    return True


@given(words)
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    assume(is_word(text))
    assert normalise_word(normalise_word(text)) == normalise_word(text)


@given(words, st.text(WHITE_SPACE, max_size=3), st.text(WHITE_SPACE, max_size=3))
def test_white_space_around_a_word_does_not_matter(text: str, before: str, after: str) -> None:
    # A combining mark at the start would join the space before it.
    assume(is_word(text) and unicodedata.combining(text[0]) == 0)
    assert normalise_word(before + text.strip(WHITE_SPACE) + after) == normalise_word(text)


@given(words)
def test_all_unicode_forms_of_a_word_have_one_feature(text: str) -> None:
    assume(is_word(text))
    assert feature_of(unicodedata.normalize("NFC", text)) == feature_of(text)
    assert feature_of(unicodedata.normalize("NFD", text)) == feature_of(text)
    assert feature_of(unicodedata.normalize("NFKD", text)) == feature_of(text)


@given(st.lists(words.filter(is_word), min_size=1, max_size=20))
def test_sample_of_words_is_valid_and_ignores_their_order(texts: list[str]) -> None:
    sample = encode_words(texts)
    assert samples.validate(sample) == tuple(sorted({feature_of(text) for text in texts}))
    assert encode_words(reversed(texts)) == sample


@given(st.lists(st.integers(-1, 66_000), max_size=70))
def test_encode_makes_valid_samples_or_refuses(features: list[int]) -> None:
    sound = 1 <= len(set(features)) <= samples.MAX_FEATURES and all(
        0 <= feature <= 65_535 for feature in features
    )
    if sound:
        assert samples.validate(samples.encode(features)) == tuple(sorted(set(features)))
    else:
        with pytest.raises(SampleError):
            samples.encode(features)


@given(st.binary(max_size=140))
def test_whatever_validate_accepts_is_what_encode_makes(sample: bytes) -> None:
    try:
        features = samples.validate(sample)
    except SampleError:
        return
    assert samples.encode(features) == sample
