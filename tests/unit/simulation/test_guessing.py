"""When a model is told to be no better than guessing."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.result import Result
from simulation.scenarios.guessing import beside_guessing


def warnings(accuracy: float, truths: list[int]) -> tuple[str, ...]:
    result = Result("A run", (), {}, {"accuracy_end": accuracy}, ())
    return beside_guessing(result, np.array(truths)).warnings


@pytest.mark.parametrize(
    ("accuracy", "truths", "is_guessing"),
    [
        (0.50, [0, 1] * 500, True),
        (0.53, [0, 1] * 500, True),  # as much as chance explains
        (0.54, [0, 1] * 500, False),
        (0.54, [0, 1] * 50, True),  # of few tests chance explains more
        (0.88, [0] * 900 + [1] * 100, True),  # the frequent label alone gets 90 %
        (0.93, [0] * 900 + [1] * 100, False),
        (0.08, list(range(20)) * 20, False),  # five per cent of twenty words are guessing
        (0.10, [0, 1] * 500, True),
    ],
)
def test_a_model_is_held_against_the_most_frequent_label(
    accuracy: float, truths: list[int], is_guessing: bool
) -> None:
    assert bool(warnings(accuracy, truths)) is is_guessing


def test_the_warning_names_both_figures() -> None:
    (sentence,) = warnings(0.51, [0] * 60 + [1] * 40)
    assert "right in 51.0% of 100 tests; always naming the most frequent label is in 60.0%" in (
        sentence
    )
