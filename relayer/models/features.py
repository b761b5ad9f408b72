"""Words become features: normalise, hash, keep sixteen bits.

Any word of any language has a feature, so no vocabulary is shipped. The same rule lives in
`relayer/javascript/on-the-house.js`; `tests/vectors/features.json` binds them together.
"""

import unicodedata
from collections.abc import Iterable
from typing import Final

from relayer.chain.keccak import keccak
from relayer.models import samples
from relayer.models.errors import WordError

#: Features that a word can have: all values of sixteen bits.
FEATURE_COUNT: Final = 65_536

#: The characters of Unicode's White_Space property. `str.strip()` and JavaScript's `trim()` each
#: take another set, so the set is spelled out.
WHITE_SPACE: Final = "".join(
    chr(point)
    for point in (
        *range(0x09, 0x0E),
        0x20,
        0x85,
        0xA0,
        0x1680,
        *range(0x2000, 0x200B),
        0x2028,
        0x2029,
        0x202F,
        0x205F,
        0x3000,
    )
)


def normalise_word(text: str) -> str:
    """Return the one spelling that all ways to type a word share.

    NFKC, lower case (Unicode's full mapping, of no particular language), NFKC again, and no
    white space at either end. Applying it twice changes nothing more.

    Raises:
        WordError: nothing is left, or the text holds half of a surrogate pair.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())
    word = folded.strip(WHITE_SPACE)
    if not word:
        raise WordError("The word is empty. Type at least one visible character.")
    if any("\ud800" <= character <= "\udfff" for character in word):
        raise WordError("The word is not valid Unicode. Remove the broken character.")
    return word


def feature_of(word: str) -> int:
    """Return the feature of a word: the last two bytes of keccak256 of its normalised UTF-8.

    Raises:
        WordError: see `normalise_word`.
    """
    return int.from_bytes(keccak(normalise_word(word).encode())[-2:], "big")


def encode_words(words: Iterable[str]) -> bytes:
    """Return the sparse sample of some words: their features, each once, in increasing order.

    Raises:
        WordError: one of them has no feature.
        SampleError: no word at all, or more than `samples.MAX_FEATURES` features.
    """
    return samples.encode({feature_of(word) for word in words})
