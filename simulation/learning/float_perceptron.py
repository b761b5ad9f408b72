"""The perceptron of the reference simulations: scikit-learn's, restated for binary features.

It is `SGDClassifier(loss="perceptron", learning_rate="optimal", penalty=None)`. A sample that is
predicted wrongly, or whose score is 0, moves the intercept and each of its weights by a step to its
label; the step falls with the number of samples seen. The initial fit goes through its samples
again and again, shuffled by a small generator of its own (xorshift, 32 bits) that starts from the
same state in every epoch, until the loss of five epochs in a row has not fallen enough.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulation.datasets.samples import Samples
from simulation.errors import SimulationError
from simulation.learning.move import STAYED, Move

#: What the reference seeds its learner with.
SEED: Final = 0xDECA10B
ALPHA: Final = 1e-4
#: Samples that count as seen before the first one, for this loss and alpha.
FIRST_SEEN: Final = 1000
TOLERANCE: Final = 1e-3
PATIENCE_EPOCHS: Final = 5
MAX_EPOCHS: Final = 1000

_WORD: Final = 0xFFFFFFFF
_HALF: Final = 1 << 31


class FloatPerceptron:
    """The reference's learner.

    Args:
        feature_count: number of features; all weights start at 0.
    """

    def __init__(self, feature_count: int) -> None:
        self.weights = np.zeros(feature_count)
        self.intercept = 0.0
        self.seen = 0

    @property
    def step(self) -> float:
        """By how much the next sample would move the weights."""
        return 1.0 / (ALPHA * (FIRST_SEEN + self.seen))

    def score(self, feature_ids: NDArray[np.intp]) -> float:
        """The intercept plus the weights of a sample's features."""
        return float(self.weights[feature_ids].sum()) + self.intercept

    def learn(self, feature_ids: NDArray[np.intp], label: int) -> Move:
        """Learn one sample and say how the weights moved."""
        return self._learn(feature_ids, label, self.score(feature_ids))

    def _learn(self, feature_ids: NDArray[np.intp], label: int, score: float) -> Move:
        step = self.step if label else -self.step
        self.seen += 1
        if score * step > 0:
            return STAYED
        self.weights[feature_ids] += step
        self.intercept += step
        return Move(step, step)

    def fit(self, samples: Samples, *, seed: int = SEED) -> int:
        """Learn some samples again and again until it helps no more; returns the epochs it took.

        Raises:
            SimulationError: a thousand epochs did not suffice.
        """
        best_loss, patience = float("inf"), PATIENCE_EPOCHS
        enough = TOLERANCE * len(samples)
        orders = _orders(len(samples), seed)
        for epoch in range(1, MAX_EPOCHS + 1):
            loss = self._epoch(samples, next(orders))
            patience = patience - 1 if loss > best_loss - enough else PATIENCE_EPOCHS
            best_loss = min(best_loss, loss)
            if patience == 0:
                return epoch
        raise SimulationError(
            f"The initial model did not settle within {MAX_EPOCHS} epochs: "
            "give it other data or a smaller share of it."
        )

    def _epoch(self, samples: Samples, order: list[int]) -> float:
        loss = 0.0
        labels = samples.labels.tolist()
        for index in order:
            feature_ids = samples.feature_ids[index]
            score = self.score(feature_ids)
            if self._learn(feature_ids, labels[index], score) is not STAYED:
                loss += abs(score)
        return loss


def _orders(count: int, seed: int) -> Iterator[list[int]]:
    """The order of each epoch: the one before it, shuffled once more in the same way."""
    generator = np.random.RandomState(seed)
    generator.randint(1, _HALF - 1)  # seeds what is not used here
    swaps = list(_swaps(count, int(generator.randint(0, _HALF - 1))))
    order = list(range(count))
    while True:
        for here, there in swaps:
            order[here], order[there] = order[there], order[here]
        yield order


def _swaps(count: int, state: int) -> Iterator[tuple[int, int]]:
    state = state or 1
    for here in range(count - 1):
        state ^= (state << 13) & _WORD
        state ^= state >> 17
        state ^= (state << 5) & _WORD
        yield here, here + state % _HALF % (count - here)
