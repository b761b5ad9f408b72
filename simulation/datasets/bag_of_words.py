"""Which of the most frequent words a text holds: the 1,000 features of the reference simulations.

They are those of the IMDB set that ships with Keras, read with `num_words=1000`. Texts in lower
case are cut at blanks and punctuation except the apostrophe. Words are numbered from 1 by how often
the training texts use them, equals in the order of the alphabet, and a word's column is its number
plus 3. Column 1, the start of a text, is always set; column 2 says that the text has words without
a column; columns 0 and 3 are never set.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

COLUMNS: Final = 1000
START: Final = 1
UNKNOWN: Final = 2
FIRST_WORD: Final = 4

_CUT_AT: Final = str.maketrans(dict.fromkeys('!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n', " "))


def words_in(text: str) -> list[str]:
    """The words of a text in order."""
    return [word for word in text.lower().translate(_CUT_AT).split(" ") if word]


def most_frequent(texts: Iterable[str]) -> dict[str, int]:
    """The words that have a column, and which one."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(words_in(text))
    ranked = sorted(counts, key=lambda word: (-counts[word], word))
    return {word: FIRST_WORD + rank for rank, word in enumerate(ranked[: COLUMNS - FIRST_WORD])}


def features_of(texts: Sequence[str], columns: dict[str, int]) -> NDArray[np.uint8]:
    """0 or 1 for each text and column."""
    features = np.zeros((len(texts), COLUMNS), dtype=np.uint8)
    features[:, START] = 1
    for row, text in enumerate(texts):
        features[row, [columns.get(word, UNKNOWN) for word in set(words_in(text))]] = 1
    return features
