"""Samples of binary features with their labels, as arrays."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from relayer.models import samples as encoding


@dataclass(frozen=True, eq=False)
class Samples:
    """Samples in a fixed order.

    Attributes:
        features: 0 or 1 for each sample (row) and feature (column), uint8.
        labels: 0 or 1 for each sample, int8.
    """

    features: NDArray[np.uint8]
    labels: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def feature_count(self) -> int:
        """Number of columns."""
        return int(self.features.shape[1])

    def between(self, start: int, stop: int) -> "Samples":
        """The samples from number `start` up to, but without, number `stop`."""
        return Samples(self.features[start:stop], self.labels[start:stop])

    @cached_property
    def feature_ids(self) -> list[NDArray[np.intp]]:
        """The increasing numbers of the features that each sample has."""
        rows, columns = np.nonzero(self.features)
        return np.split(columns, np.searchsorted(rows, np.arange(1, len(self))))

    def encoded(self, index: int) -> bytes:
        """One sample as the perceptron's contract takes it: big-endian uint16 feature ids."""
        return encoding.encode(self.feature_ids[index].tolist(), self.feature_count)
