"""What a game's data becomes before a contract sees it: encoders turn content into samples.

An encoder runs off chain, at whoever signs. The contract never checks it; what matters is that all
players of a model use the same one, so an encoder has a name that the deployment can publish.

* `HashedWords`: words of any language, hashed to 16 bits (sparse; naive Bayes, sparse centroid).
* `Vocabulary`: the words of a fixed list, such as 1,000 frequent ones (sparse; any sparse kind).
* `QuantisedVector`: a vector of real numbers, such as a sentence embedding (dense kinds).
"""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Final, Protocol, TypeVar

from relayer.models import samples, vectors
from relayer.models.errors import EncodingError, WordError
from relayer.models.features import encode_words, normalise_word

Content = TypeVar("Content", contravariant=True)

#: Scale of a unit vector: squared norms stay near 2^26, and a component of 1 is 8,192 of 32,767.
UNIT: Final = 1 << 13


class Encoder(Protocol[Content]):
    """Turns content into a sample that a classifier takes."""

    @property
    def name(self) -> str:
        """Names the encoding; equal names mean equal samples for equal content."""
        ...

    def encode(self, content: Content) -> bytes:
        """Return the sample.

        Raises:
            ModelError: the content has no sample.
        """
        ...


class HashedWords:
    """Words of any language by the rule of `relayer.models.features`."""

    name: Final = "keccak-uint16"

    def encode(self, content: Iterable[str]) -> bytes:
        """Return the features of the words.

        Raises:
            WordError: one of them has no feature.
            SampleError: no word at all, or too many.
        """
        return encode_words(content)


class Vocabulary:
    """The words of a fixed list; the feature of a word is its place in it.

    Words that the list does not have are left out: they say nothing. The most frequent words come
    first, so that what is often used shares storage words.

    Raises:
        EncodingError: the list is empty, too long, or names a word twice.
        WordError: one of its words is none.
    """

    def __init__(self, name: str, words: Sequence[str]) -> None:
        self.name = name
        normalised = [normalise_word(word) for word in words]
        self._features = {word: feature for feature, word in enumerate(normalised)}
        if not 1 <= len(words) <= 1 << 16:
            raise EncodingError("A vocabulary has 1 to 65536 words.")
        if len(self._features) != len(words):
            raise EncodingError("The vocabulary names a word twice. Remove the second one.")

    @property
    def feature_count(self) -> int:
        """Features that a model needs for this list."""
        return len(self._features)

    def encode(self, content: Iterable[str]) -> bytes:
        """Return the features of the known words.

        Raises:
            SampleError: no word is known, or there are too many.
        """
        return samples.encode(
            self._features[word]
            for word in map(_word_or_nothing, content)
            if word in self._features
        )


class QuantisedVector:
    """A vector scaled to the length `UNIT` and rounded to integers.

    Args:
        name: of the encoding; name the embedding and its version.
        dimension: numbers of the vector.
        embed: turns a text into a vector.

    Raises:
        EncodingError: no dense model takes vectors of that dimension.
    """

    def __init__(self, name: str, dimension: int, embed: Callable[[str], Sequence[float]]) -> None:
        if not 1 <= dimension <= vectors.MAX_DIMENSION:
            raise EncodingError(f"A vector has 1 to {vectors.MAX_DIMENSION} dimensions.")
        self.name = name
        self.dimension = dimension
        self._embed = embed

    @property
    def max_squared_norm(self) -> int:
        """A bound that every sample of this encoder keeps."""
        return unit_norm_bound(self.dimension)

    def encode(self, content: str) -> bytes:
        """Embed, scale and round.

        Raises:
            EncodingError: the vector has another dimension, no direction, or no finite length.
        """
        return quantise(self._embed(content), self.dimension)


def unit_norm_bound(dimension: int) -> int:
    """The bound of a quantised unit vector's squared length: rounding adds half a unit a dimension.

    By the triangle inequality the length is UNIT + sqrt(dimension) / 2 at most.
    """
    return (UNIT + math.isqrt(dimension) // 2 + 1) ** 2


def quantise(vector: Sequence[float], dimension: int) -> bytes:
    """The dense sample of a vector: its direction, in units of 1 / `UNIT`.

    Raises:
        EncodingError: the vector has another dimension, no direction, or no finite length.
    """
    if len(vector) != dimension:
        raise EncodingError(f"The vector has {len(vector)} dimensions instead of {dimension}.")
    length = math.hypot(*vector)
    if not (math.isfinite(length) and length > 0):
        raise EncodingError("The vector is zero or not finite, so it points nowhere.")
    return vectors.encode(round(number / length * UNIT) for number in vector)


def _word_or_nothing(text: str) -> str:
    try:
        return normalise_word(text)
    except WordError:
        return ""
