"""The decks: secret words and their labels, clues to start with, and an exam for the machine.

A deck is one JSON file, and its name is the file's: a title by language, and the words in the order
of their labels. Each deck has a machine of its own, so a word may be in several decks.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from relayer.models.features import normalise_word
from sample_game.errors import DeckError

_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,31}")


@dataclass(frozen=True)
class Deck:
    """One deck.

    `words` are in the order of their labels. `seed_clues` are the house's own clues for each word,
    hardest first. `exam` are further clues, which nobody is dealt: they tell how much the machine
    has learnt. `title` is what players read, by language.
    """

    name: str
    title: Mapping[str, str]
    words: tuple[str, ...]
    seed_clues: Mapping[str, tuple[str, ...]]
    exam: Mapping[str, tuple[str, ...]]

    @cached_property
    def labels(self) -> dict[str, int]:
        """The label of each word."""
        return {word: label for label, word in enumerate(self.words)}


def load_decks(folder: Path) -> dict[str, Deck]:
    """Read all decks of a folder, by name.

    Raises:
        DeckError: there is none, or one does not fit; the message names the file and the word.
    """
    decks = {file.stem: _load(file) for file in sorted(folder.glob("*.json"))}
    if not decks:
        raise DeckError(f"{folder} holds no deck. Name a folder with JSON files in GAME_DECKS.")
    return decks


def first_of(decks: Mapping[str, Deck], name: str) -> Deck:
    """The deck that is played by those who have chosen none.

    Raises:
        DeckError: there is no deck of this name.
    """
    if name not in decks:
        raise DeckError(f"GAME_FIRST_DECK is {name!r}. The decks are {', '.join(decks)}.")
    return decks[name]


def _load(file: Path) -> Deck:
    if not _NAME.fullmatch(file.stem):
        raise DeckError(f"{file.name!r} is no name of a deck. Use small letters and hyphens.")
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        title = {str(language): str(text) for language, text in content["title"].items()}
        entries = [_entry(entry) for entry in content["words"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DeckError(
            f"{file} has not the form of a deck ({error!r}). "
            "Give a title by language, and words, each with its clues and its exam."
        ) from error
    _check(file, entries)
    return Deck(
        name=file.stem,
        title=title,
        words=tuple(word for word, _, _ in entries),
        seed_clues={word: clues for word, clues, _ in entries},
        exam={word: exam for word, _, exam in entries},
    )


def _entry(entry: Mapping[str, Any]) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    return entry["word"], tuple(entry["clues"]), tuple(entry["exam"])


def _check(file: Path, entries: list[tuple[str, tuple[str, ...], tuple[str, ...]]]) -> None:
    words = [word for word, _, _ in entries]
    if len(set(words)) != len(words):
        raise DeckError(f"{file} has a word twice. Labels must be unambiguous.")
    for word, clues, exam in entries:
        if normalise_word(word) != word:
            raise DeckError(f"{word!r} in {file} is not normalised. Write it in lower case.")
        if not 3 <= len(clues) <= 5:
            raise DeckError(f"{word!r} in {file} needs three to five clues.")
        if len(exam) < 3 or set(exam) & set(clues):
            raise DeckError(f"{word!r} in {file} needs an exam of three or more clues of its own.")
