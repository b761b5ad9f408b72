"""Which open contributions the model agrees with now: the window that both kinds of run look at."""

import numpy as np
from numpy.typing import NDArray

from simulation.datasets.samples import Samples
from simulation.learning.move import Learner, Move
from simulation.learning.scores import Scores


class Opinions:
    """Contributions in the order in which they came, and what the model says of them.

    Args:
        learner: the model.
        samples: what is contributed, in this order.
    """

    def __init__(self, learner: Learner, samples: Samples) -> None:
        self._scores = Scores(learner, samples)
        count = len(samples)
        self.added = 0
        self.open_count = 0
        self.first = 0
        self.added_at = np.zeros(count, dtype=np.int64)
        self.author = np.zeros(count, dtype=np.int16)
        self.label = np.zeros(count, dtype=np.bool_)
        self.is_open = np.zeros(count, dtype=np.bool_)

    def add(self, author: int, label: int, now: int) -> Move:
        """Let the model learn the next sample under a label; returns how its weights moved."""
        number = self.added
        move = self._scores.learn(number, label, self.first)
        self.added_at[number] = now
        self.author[number] = author
        self.label[number] = label == 1
        self.is_open[number] = True
        self.added += 1
        self.open_count += 1
        return move

    def close(self, number: int) -> None:
        """A contribution is settled."""
        self.is_open[number] = False
        self.open_count -= 1

    def forget_closed(self) -> None:
        """Move the start of the window past contributions that are settled."""
        while self.first < self.added and not self.is_open[self.first]:
            self.first += 1

    def window(self, added_until: int) -> slice:
        """Contributions that were added until some time, from the first open one on."""
        times = self.added_at[self.first : self.added]
        return slice(self.first, self.first + int(times.searchsorted(added_until, side="right")))

    def agrees(self, window: slice) -> NDArray[np.bool_]:
        """Whether the model agrees with each contribution of a window."""
        said = self._scores.positive(window.start, window.stop)
        return np.equal(said, self.label[window])
