"""Made-up reviews: words that lean to a label, among words that say nothing."""

import numpy as np

from simulation.datasets.imdb import Reviews
from simulation.datasets.samples import Samples

COLUMNS = 60
#: The last columns: each leans to label 0 or 1 in turn.
LEANING = 20


def made_up(train: int = 400, test: int = 800, seed: int = 1) -> Reviews:
    """Reviews that a model gets four in five of right after a hundred of them."""
    generator = np.random.default_rng(seed)
    return Reviews(_samples(generator, train), _samples(generator, test))


def _samples(generator: np.random.Generator, count: int) -> Samples:
    labels = generator.integers(0, 2, count).astype(np.int8)
    shares = np.full((count, COLUMNS), 0.2)
    leans_to_its_label = labels[:, None] == np.arange(LEANING) % 2
    shares[:, -LEANING:] = np.where(leans_to_its_label, 0.65, 0.35)
    features = (generator.random((count, COLUMNS)) < shares).astype(np.uint8)
    return Samples(features, labels)
