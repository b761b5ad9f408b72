"""Samples drawn by chance: short texts over few features, whose labels a hidden rule decides."""

import numpy as np

from simulation.datasets.samples import Samples


def draw_samples(count: int, *, features: int = 70, seed: int = 1, noise: float = 0.05) -> Samples:
    """Samples with feature 1 always set; the share `noise` has the other label."""
    generator = np.random.default_rng(seed)
    rule = np.random.default_rng(7).normal(size=features)
    drawn = (generator.random((count, features)) < 0.2).astype(np.uint8)
    drawn[:, 1] = 1
    right = drawn @ rule > 0
    labels = np.where(generator.random(count) < noise, ~right, right)
    return Samples(drawn, labels.astype(np.int8))
