"""Taboo words: those that the machine knows too well to learn anything from.

As in the game of that name: for a word, up to three of the words that players would say first are
refused. Which ones is read off the machine: it must have met a clue for this word often enough,
and guess the word from that clue alone.
"""

from collections.abc import Iterable
from typing import Final

from relayer.models.features import feature_of
from relayer.models.naive_bayes import NaiveBayes

#: How many words are refused at most.
MOST_TABOO_WORDS: Final = 3
#: How often the machine must have met a clue for the word, so that it is known too well.
MET_TOO_OFTEN: Final = 8


def taboo_words(model: NaiveBayes, label: int, clues: Iterable[str]) -> tuple[str, ...]:
    """Return which of the clues are refused for a label, the best known first.

    Args:
        model: what the machine knows now.
        label: the secret word's.
        clues: normalised words that were given as clues for it.
    """
    met = {clue: model.counts.get(feature_of(clue), {}).get(label, 0) for clue in clues}
    known = [
        clue
        for clue, count in met.items()
        if count >= MET_TOO_OFTEN and model.predict([feature_of(clue)]) == label
    ]
    return tuple(sorted(known, key=lambda clue: (-met[clue], clue))[:MOST_TABOO_WORDS])
