"""Which words of a review go into a contribution.

Models whose contracts bound a sample to 64 features cannot take a whole review. The most frequent
words say least about it, and samples that share them move each other's answers at random.
"""

import numpy as np
from numpy.typing import NDArray

from simulation.datasets.bag_of_words import FIRST_WORD


def shortened(
    features: NDArray[np.uint8], skipped_words: int, most_words: int
) -> NDArray[np.uint8]:
    """Leave out the most frequent words, then keep the rarest of each sample.

    Args:
        features: 0 or 1 for each sample (row) and word (column), frequent words first.
        skipped_words: how many of the most frequent words are left out; with any, the columns
            that stand for no word are as well.
        most_words: how many words a sample keeps at most.
    """
    kept = features.copy()
    if skipped_words:
        kept[:, : FIRST_WORD + skipped_words] = 0
    from_the_rarest = np.cumsum(kept[:, ::-1], axis=1, dtype=np.int64)[:, ::-1]
    kept[from_the_rarest > most_words] = 0
    return kept
