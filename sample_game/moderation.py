"""What may be a clue. The page explains the same rules in plain words.

Blocked words are kept as hashes, so that nobody has to read them to read this repository. Add one
with `python -m sample_game block WORD`.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from relayer.models.errors import WordError
from relayer.models.features import feature_of, normalise_word
from sample_game.errors import ClueRefused, Refusal
from sample_game.stems import are_forms_of_one_word

MIN_CLUES: Final = 3
MAX_CLUES: Final = 5
_SHORTEST_CLUE: Final = 2
_LONGEST_CLUE: Final = 24
#: Parts of the secret word this long give it away ("rain" for "rainbow").
_SHORTEST_TELLING_PART: Final = 4
#: Signs that may join the parts of a word: apostrophes and the hyphen.
_JOINTS: Final = "['\N{RIGHT SINGLE QUOTATION MARK}-]"
_ONE_WORD: Final = re.compile(rf"[^\W\d_]+(?:{_JOINTS}[^\W\d_]+)*")
_BLOCKED_FILE: Final = Path(__file__).parent / "words" / "blocked_sha256.txt"


def checked_clues(texts: Iterable[str], secret: str, taboo: Sequence[str] = ()) -> list[str]:
    """Return the normalised clues of a round.

    Args:
        texts: as the player typed them.
        secret: the word that they are for.
        taboo: words that the round refuses.

    Raises:
        ClueRefused: too few, too many, or at least one that breaks a rule.
    """
    clues: list[str] = []
    refusals: list[Refusal] = []
    for text in texts:
        refusal = refusal_of(text, secret, clues, taboo)
        if refusal:
            refusals.append(refusal)
        else:
            clues.append(normalise_word(text))
    if refusals:
        raise ClueRefused(refusals)
    if not MIN_CLUES <= len(clues) <= MAX_CLUES:
        raise ClueRefused([Refusal("", "clue-count", "Give three, four or five clues.")])
    return clues


def refusal_of(
    text: str, secret: str, others: Iterable[str] = (), taboo: Sequence[str] = ()
) -> Refusal | None:
    """Return why a clue for a secret word is refused next to the other clues, or None."""
    try:
        clue = normalise_word(text)
    except WordError:
        return Refusal(text, "not-a-word", "That is not a word.")
    for reason, detail in (
        _shape(clue),
        _closeness(clue, secret),
        _taboo(clue, taboo),
        _repetition(clue, others),
    ):
        if reason:
            return Refusal(clue, reason, detail)
    if is_blocked(clue):
        return Refusal(clue, "unkind-word", "That word can hurt people. Choose another one.")
    return None


def is_blocked(clue: str) -> bool:
    """Tell whether a normalised word, one of its parts, or their singular is on the list."""
    plain = "".join(
        character
        for character in unicodedata.normalize("NFKD", clue)
        if not unicodedata.combining(character)
    )
    parts = {plain, *re.split(_JOINTS, plain), re.sub(_JOINTS, "", plain)}
    forms = parts | {part.removesuffix("s") for part in parts}
    return any(blocked_hash(form) in _blocked_hashes() for form in forms if form)


def blocked_hash(word: str) -> str:
    """Return the line that stands for a word in the list of blocked words."""
    return hashlib.sha256(word.encode()).hexdigest()


def block(word: str) -> None:
    """Add a word to the list of blocked words. Adding it twice changes nothing."""
    hashes = _blocked_hashes() | {blocked_hash(normalise_word(word))}
    _BLOCKED_FILE.write_text("".join(f"{line}\n" for line in sorted(hashes)), encoding="utf-8")
    _blocked_hashes.cache_clear()


@cache
def _blocked_hashes() -> frozenset[str]:
    return frozenset(_BLOCKED_FILE.read_text(encoding="utf-8").split())


_FINE: Final = ("", "")


def _shape(clue: str) -> tuple[str, str]:
    if not _ONE_WORD.fullmatch(clue):
        return "not-one-word", "One word, letters only: no spaces, digits or signs."
    if not _SHORTEST_CLUE <= len(clue) <= _LONGEST_CLUE:
        return "length", f"A clue has {_SHORTEST_CLUE} to {_LONGEST_CLUE} letters."
    return _FINE


def _closeness(clue: str, secret: str) -> tuple[str, str]:
    if clue == secret:
        return "secret-word", "That is the secret word itself."
    if secret in clue:
        return "contains-secret", f"“{clue}” has the secret word inside it."
    if are_forms_of_one_word(clue, secret):
        return "same-stem", f"“{clue}” is a form of the secret word."
    telling = len(clue) >= _SHORTEST_TELLING_PART
    if telling and (secret.startswith(clue) or secret.endswith(clue)):
        return "part-of-secret", f"“{clue}” is a part of the secret word."
    return _FINE


def _taboo(clue: str, taboo: Sequence[str]) -> tuple[str, str]:
    for word in taboo:
        if are_forms_of_one_word(clue, word) or feature_of(clue) == feature_of(word):
            return "taboo", f"“{word}” is taboo in this round: the machine knows it too well."
    return _FINE


def _repetition(clue: str, others: Iterable[str]) -> tuple[str, str]:
    for other in map(normalise_word, others):
        if are_forms_of_one_word(clue, other):
            return "repeated", f"You have already given “{other}”."
        if feature_of(clue) == feature_of(other):
            return "same-feature", f"To the machine “{clue}” and “{other}” look the same."
    return _FINE
