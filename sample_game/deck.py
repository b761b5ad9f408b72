"""The deck: secret words, their labels, and clues to start with."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from relayer.models.features import normalise_word
from sample_game.errors import DeckError


@dataclass(frozen=True)
class Deck:
    """Secret words in label order, and the house's own clues for each, hardest first."""

    words: tuple[str, ...]
    seed_clues: dict[str, tuple[str, ...]]

    @cached_property
    def labels(self) -> dict[str, int]:
        """The label of each word."""
        return {word: label for label, word in enumerate(self.words)}


def load_deck(deck_file: Path, seed_clues_file: Path) -> Deck:
    """Read a deck and check that its words are normalised, unique, and have seed clues.

    Raises:
        DeckError: a word that does not fit; the message names it.
    """
    words = tuple(json.loads(deck_file.read_text(encoding="utf-8")))
    seeds = json.loads(seed_clues_file.read_text(encoding="utf-8"))
    if len(set(words)) != len(words):
        raise DeckError(f"{deck_file} has a word twice. Labels must be unambiguous.")
    for word in words:
        if normalise_word(word) != word:
            raise DeckError(f"{word!r} in {deck_file} is not normalised. Write it in lower case.")
        if not 3 <= len(seeds.get(word, ())) <= 5:
            raise DeckError(f"{word!r} needs three to five clues in {seed_clues_file}.")
    return Deck(words, {word: tuple(seeds[word]) for word in words})
