"""A light stemmer: enough to see that two English words are forms of one."""

from typing import Final

_SUFFIXES: Final = (
    *("ings", "ness", "ists"),
    *("ing", "ers", "ies", "ied", "ist", "est", "ess"),
    *("ed", "er", "es", "'s"),
    *("s", "y"),
)
_SHORTEST_STEM: Final = 3
_VOWELS: Final = "aeiouy"


def stem_of(word: str) -> str:
    """Return the word without its ending: `butterflies` and `butterfly` give one stem."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST_STEM:
            word = word.removesuffix(suffix)
            break
    if len(word) > _SHORTEST_STEM and word[-1] in _VOWELS:
        return word[:-1]
    return word


def are_forms_of_one_word(left: str, right: str) -> bool:
    """Tell whether two normalised words are equal but for their endings."""
    return left == right or stem_of(left) == stem_of(right)
